package io.rollcall.app;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.rollcall.logging.Logfmt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who started the process and waits for it to be ready: s6, by a pipe. */
final class ReadinessNotifier {
  private static final Logger LOG = LoggerFactory.getLogger(ReadinessNotifier.class);

  private ReadinessNotifier() {}

  /**
   * Says by a newline that the process is ready. Where nobody gave the descriptor, the JVM has a
   * file of its own under that number, the first of them its modules: so no file is ever written.
   *
   * @param descriptor number of the pipe's descriptor
   */
  static void tellReady(String descriptor) {
    Path pipe = Path.of("/proc/self/fd").resolve(descriptor);
    try {
      if (!descriptor.matches("[0-9]{1,3}")
          || !Files.readAttributes(pipe, BasicFileAttributes.class).isOther()) {
        failed("file descriptor " + descriptor + " is not a pipe");
        return;
      }
      // for reading too: so opening never waits for the other end
      try (var channel = Files.newByteChannel(pipe, READ, WRITE)) {
        var _ = channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
      }
    } catch (IOException e) {
      failed(e.getMessage());
    }
  }

  private static void failed(@Nullable String reason) {
    LOG.warn("{}", Logfmt.of("readiness-notification-failed").with("reason", reason));
  }
}
