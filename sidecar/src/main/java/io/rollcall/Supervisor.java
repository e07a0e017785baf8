package io.rollcall;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Tells s6 that the service is ready: a newline on the descriptor that the run script names. */
final class Supervisor {
  private Supervisor() {}

  /**
   * Writes the newline, into a pipe only: where the supervisor passed none on, that number is a
   * file of the JVM's own, its class library even, which a write would destroy.
   *
   * @param descriptor a small number; null or empty where nobody waits for it
   * @return null, or in one line why nothing was written
   */
  static @Nullable String tell(@Nullable String descriptor) {
    if (descriptor == null || descriptor.isEmpty()) {
      return null;
    }
    String expected = "ROLLCALL_READY_FD=" + descriptor + ": expected the number of an open pipe";
    if (!descriptor.matches("[0-9]{1,3}")) {
      return expected;
    }
    Path path = Path.of("/proc/self/fd/" + descriptor);
    try {
      if (!Files.readSymbolicLink(path).toString().startsWith("pipe:[")) {
        return expected;
      }
      Files.write(path, new byte[] {'\n'}, StandardOpenOption.WRITE);
      return null;
    } catch (IOException e) {
      return expected + ": " + e;
    }
  }
}
