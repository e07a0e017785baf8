package io.rollcall.reconcile;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.config.Settings;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.it.OnePool;
import io.rollcall.testing.EventLoop;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateStoreTest {
  private static final SavedState SOME =
      SavedState.EMPTY.with(new SavedState.ProcessRun(7, Instant.EPOCH));

  @TempDir Path folder;
  private final EventLoop loop = new EventLoop();

  @AfterEach
  void end() {
    loop.close();
  }

  private StateStore storage() {
    return storage(Duration.ofMillis(20));
  }

  private StateStore storage(Duration resync) {
    var usual = OnePool.settings(folder, "/nowhere");
    var haproxy =
        new Settings.HaproxySettings(
            usual.haproxy().socket(), stateFile(), resync, usual.haproxy().poll());
    var settings =
        new Settings(
            usual.http(), usual.serf(), haproxy, usual.stateDir(), usual.pools(), usual.mail());
    return new StateStore(loop.vertx(), settings, new ComponentHealth(() -> {}));
  }

  private Path stateFile() {
    return folder.resolve("server-state");
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
    assertEquals(SavedState.EMPTY, loop.get(storage::load));
    loop.get(() -> storage.save(SOME));
    assertTrue(Files.isSymbolicLink(folder.resolve("memory.json.damaged")));
    assertTrue(Files.isRegularFile(file));
  }

  /** A crash may leave one where a file's name, but not its text, was on disk. */
  @Test
  void putsAnEmptyMemoryAside() throws Exception {
    Files.createFile(folder.resolve("memory.json"));
    assertEquals(SavedState.EMPTY, loop.get(() -> storage().load()));
    assertTrue(Files.exists(folder.resolve("memory.json.damaged")));
  }

  @Test
  void triesAgainAfterAFailureThoughTheMemoryIsAsItWasBefore() throws Exception {
    Path inTheWay = folder.resolve("memory.json.new");
    var storage = storage();
    assertNull(loop.get(() -> storage.save(SOME)));
    Files.createDirectory(inTheWay);
    assertNotNull(loop.get(() -> storage.save(SavedState.EMPTY)));
    assertNotNull(loop.get(() -> storage.save(SOME)));
    Files.delete(inTheWay);
    assertNull(loop.get(() -> storage.save(SOME)));
    assertEquals(SOME, loop.get(() -> storage().load()));
  }

  @Test
  void replacesNoMemoryThatItHasNotRead() {
    loop.get(() -> storage().save(SOME));
    loop.get(() -> storage().close(SavedState.EMPTY));
    assertEquals(SOME, loop.get(() -> storage().load()));
  }

  @Test
  void writesTheStateFileAgainThatSomebodyRemoved() throws Exception {
    Files.writeString(stateFile(), "1\n# of an earlier run\n");
    assertEquals(SavedState.EMPTY, loop.get(() -> storage().load()));
    Files.delete(stateFile());
    await().until(() -> Files.exists(stateFile()));
    assertEquals("1\n# of an earlier run\n", Files.readString(stateFile()));
  }

  @Test
  void writesTheStateFileInTheNextPassWhereItCouldNot() throws Exception {
    Path inTheWay = folder.resolve("server-state.new");
    Files.createDirectory(inTheWay);
    var storage = storage(Duration.ofHours(1));
    loop.get(storage::load);
    pass(storage);
    assertFalse(Files.exists(stateFile()));
    Files.delete(inTheWay);
    pass(storage);
    assertTrue(Files.exists(stateFile()));
  }

  private void pass(StateStore storage) {
    var free =
        new Slot(new SlotId("nodes", "slot1"), 1, null, Slot.Admin.MAINT, false, 100, "", null);
    String dump = "1\n# be_name srv_name srv_addr srv_op_state srv_admin_state srv_port\n";
    loop.get(() -> storage.saveSlots(List.of(free), () -> Future.succeededFuture(dump)));
    loop.get(() -> storage.close(SavedState.EMPTY));
  }
}
