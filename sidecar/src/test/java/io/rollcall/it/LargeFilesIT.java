package io.rollcall.it;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.testing.RealHaproxy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of 500 MB in place of the sidecar's own, and the memory that the service has. */
class LargeFilesIT {
  private static final int BYTES = 500_000_000;

  @TempDir Path folder;

  private void large(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    try (FileChannel sparse = FileChannel.open(file, CREATE_NEW, WRITE)) {
      assertEquals(1, sparse.write(ByteBuffer.wrap(new byte[1]), BYTES - 1));
    }
  }

  @Test
  void areKeptUnderAnotherNameAndTheStartGoesOn() throws Exception {
    try (var haproxy = RealHaproxy.in(folder, 4);
        var sidecar = new SidecarProcess(folder, haproxy).asService(256)) {
      haproxy.start();
      Files.delete(haproxy.stateFile());
      Path state = folder.resolve("state");
      List<Path> files =
          List.of(
              state.resolve("memory.json"),
              state.resolve("mail.json"),
              state.resolve("history.json"),
              state.resolve("journal/000000000000000001.jsonl"),
              haproxy.stateFile());
      for (Path file : files) {
        large(file);
      }
      Process process =
          sidecar
              .with("SIDECAR_MAIL_HOST", "127.0.0.1")
              .with("SIDECAR_MAIL_FROM", "rollcall@example.org")
              .with("SIDECAR_MAIL_TO", "operator@example.org")
              .start(ProcessBuilder.Redirect.INHERIT);
      await()
          .atMost(Duration.ofMinutes(1))
          .ignoreExceptions()
          .until(() -> !process.isAlive() || sidecar.get("/readyz").statusCode() == 200);
      assertTrue(process.isAlive());
      for (Path file : files) {
        assertEquals(BYTES, Files.size(file.resolveSibling(file.getFileName() + ".damaged")));
      }
      String events = sidecar.get("/api/v1/events").body();
      assertTrue(events.contains("has no record, it is kept as"), events);
    }
  }
}
