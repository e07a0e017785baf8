package io.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.config.Settings;
import io.rollcall.core.Memory;
import io.rollcall.core.PoolPolicy;
import io.rollcall.testing.EventLoop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageTest {
  private static final Memory SOME = Memory.EMPTY.with(new Memory.Run(7, Instant.EPOCH));

  @TempDir Path folder;
  private final EventLoop loop = new EventLoop();

  @AfterEach
  void end() {
    loop.close();
  }

  private Storage storage() {
    return new Storage(loop.vertx(), settings(folder, "/nowhere"), new Troubles());
  }

  @Test
  void givesBackWhatWasSaved() {
    loop.get(() -> storage().save(SOME));
    assertEquals(SOME, loop.get(() -> storage().load()));
  }

  /** A link to itself stands for every file that can't be read but can be replaced. */
  @Test
  void putsAMemoryAsideThatCannotBeRead() throws Exception {
    Path file = folder.resolve("memory.json");
    Files.createSymbolicLink(file, file);
    var storage = storage();
    assertEquals(Memory.EMPTY, loop.get(storage::load));
    loop.get(() -> storage.save(SOME));
    assertTrue(Files.isSymbolicLink(folder.resolve("memory.json.damaged")));
    assertTrue(Files.isRegularFile(file));
  }

  private static Settings settings(Path folder, String socket) {
    var pool =
        new PoolPolicy(
            "nodes",
            Map.of("role", "backend"),
            3000,
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            0.5,
            0,
            "check");
    return new Settings(
        new Settings.Http("127.0.0.1", 1, null),
        new Settings.Serf(folder.resolve("pipe"), null, 0, null, Duration.ofSeconds(30)),
        new Settings.Haproxy(
            Path.of(socket),
            folder.resolve("server-state"),
            Duration.ofSeconds(10),
            Duration.ofSeconds(1)),
        folder,
        List.of(pool),
        new Settings.Mail(null, 25, Settings.Tls.STARTTLS, null, null, null, List.of()));
  }
}
