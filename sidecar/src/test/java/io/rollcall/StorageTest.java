package io.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.Memory;
import io.rollcall.testing.EventLoop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
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
    return new Storage(loop.vertx(), OnePool.settings(folder, "/nowhere"), new Troubles(() -> {}));
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
}
