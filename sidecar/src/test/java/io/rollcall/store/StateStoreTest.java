package io.rollcall.store;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.ClockReading;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.SavedState;
import io.rollcall.testing.EventLoop;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateStoreTest {
  private static final SavedState SOME = SampleState.state();

  @TempDir Path folder;
  private final EventLoop loop = new EventLoop();
  private final List<String> health = new CopyOnWriteArrayList<>();
  private ClockReading now = Clocks.START;

  @AfterEach
  void end() {
    loop.close();
  }

  private StateStore store() {
    return new StateStore(
        loop.vertx(), folder, () -> now, (part, line) -> health.add(part + ": " + line));
  }

  private SavedState load() {
    return loop.get(() -> store().load());
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  @Test
  void givesBackWhatWasSaved() {
    loop.get(() -> store().save(SOME));
    assertEquals(SOME, load());
  }

  @Test
  void readsTheFileOfTheFirstRelease() throws Exception {
    Files.copy(Sample.path("memory.json"), file("memory.json"));
    assertEquals(SOME, load());
  }

  @Test
  void startsEmptyWithoutAFile() {
    assertEquals(SavedState.EMPTY, load());
    assertEquals(List.of("MEMORY: null"), health);
  }

  @Test
  void keepsAgesThoughTheWallClockWasSetBackBetweenTwoRuns() {
    loop.get(() -> store().save(SOME));
    Instant reset = Clocks.START.wall().minusSeconds(10_800);
    now =
        new ClockReading(reset, reset, Clocks.START.bootId(), Clocks.START.uptime().plusSeconds(5));
    var waiting = load().pool("nodes").waiting().get("s11");
    assertEquals(SampleState.T.plusSeconds(4).minusSeconds(10_805), waiting.since());
  }

  /** A link to itself is like any file that cannot be read but can be replaced. */
  @Test
  void keepsAFileThatCannotBeReadUnderAnotherName() throws Exception {
    Path file = file("memory.json");
    Files.createSymbolicLink(file, file);
    var store = store();
    assertEquals(SavedState.EMPTY, loop.get(store::load));
    loop.get(() -> store.save(SOME));
    assertTrue(Files.isSymbolicLink(file("memory.json.damaged")));
    assertTrue(Files.isRegularFile(file));
  }

  @Test
  void keepsAFileThatIsTooLargeUnderAnotherName() throws Exception {
    Path file = file("memory.json");
    try (FileChannel sparse = FileChannel.open(file, CREATE_NEW, WRITE)) {
      var _ = sparse.write(ByteBuffer.wrap(new byte[1]), 500_000_000);
    }
    assertEquals(SavedState.EMPTY, load());
    assertEquals(500_000_001, Files.size(file("memory.json.damaged")));
  }

  /** Each of its values would take fifty times its length of the heap. */
  @Test
  void keepsAFileWithTooManyValuesUnderAnotherName() throws Exception {
    String text = "{\"version\":1,\"more\":[" + "[],".repeat(2_000_000) + "0]}";
    Files.writeString(file("memory.json"), text);
    assertEquals(SavedState.EMPTY, load());
    assertEquals(text.length(), Files.size(file("memory.json.damaged")));
  }

  /** A crash may leave one if the file's name, but not its text, was on disk. */
  @Test
  void keepsAnEmptyFileUnderAnotherName() throws Exception {
    Files.createFile(file("memory.json"));
    assertEquals(SavedState.EMPTY, load());
    assertTrue(Files.exists(file("memory.json.damaged")));
  }

  @Test
  void keepsTheFileOfANewerVersionAndItsIntents() throws Exception {
    String newer = Sample.text("memory.json").replace("\"version\" : 1,", "\"version\" : 9,");
    Files.writeString(file("memory.json"), newer);
    var store = store();
    SavedState loaded = loop.get(store::load);
    assertEquals(SampleState.intents(), loaded.pool("nodes").intents());
    assertEquals(List.of(), loaded.occupants());
    assertNull(loop.get(() -> store.save(loaded)));
    assertEquals(newer, Files.readString(file("memory.json.v9")));
    assertFalse(Files.exists(file("memory.json.damaged")));
    assertEquals(loaded, load(), "the intents are in the new file");
  }

  /** After a second downgrade: each of them may be what an operator goes back to. */
  @Test
  void keepsEveryFileOfANewerVersion() throws Exception {
    String newer = Sample.text("memory.json").replace("\"version\" : 1,", "\"version\" : 9,");
    for (String text : List.of(newer, newer + "\n", newer + "\n\n")) {
      Files.writeString(file("memory.json"), text);
      var store = store();
      SavedState loaded = loop.get(store::load);
      assertNull(loop.get(() -> store.save(loaded)));
    }
    assertEquals(newer, Files.readString(file("memory.json.v9")));
    assertEquals(newer + "\n", Files.readString(file("memory.json.v9.1")));
    assertEquals(newer + "\n\n", Files.readString(file("memory.json.v9.2")));
  }

  /** The name is taken by a folder that is not empty: the newer file cannot be renamed. */
  @Test
  void doesNotReplaceAFileThatItCouldNotKeep() throws Exception {
    String newer = Sample.text("memory.json").replace("\"version\" : 1,", "\"version\" : 9,");
    Files.writeString(file("memory.json"), newer);
    Path inTheWay = Files.createDirectories(file("memory.json.v9/x"));
    var store = store();
    SavedState loaded = loop.get(store::load);
    assertEquals(SampleState.intents(), loaded.pool("nodes").intents());
    assertNotNull(loop.get(() -> store.save(another())));
    assertEquals(newer, Files.readString(file("memory.json")));
    Files.delete(inTheWay);
    Files.delete(file("memory.json.v9"));
    assertNull(loop.get(() -> store.save(loaded)));
    assertEquals(newer, Files.readString(file("memory.json.v9")));
    assertEquals(loaded, load());
    assertEquals("MEMORY: null", health.getLast());
  }

  private static SavedState another() {
    return SavedState.EMPTY.with("nodes", PoolState.EMPTY);
  }

  @Test
  void triesAgainAfterAFailureThoughTheStateIsAsItWasBefore() throws Exception {
    Path inTheWay = file("memory.json.new");
    var store = store();
    assertNull(loop.get(() -> store.save(SOME)));
    Files.createDirectory(inTheWay);
    assertNotNull(loop.get(() -> store.save(SavedState.EMPTY)));
    assertNotNull(loop.get(() -> store.save(SOME)));
    Files.delete(inTheWay);
    assertNull(loop.get(() -> store.save(SOME)));
    assertEquals(SOME, load());
  }

  @Test
  void writesOnlyWhatChanged() throws Exception {
    var store = store();
    loop.get(() -> store.save(SOME));
    Files.delete(file("memory.json"));
    assertNull(loop.get(() -> store.save(SOME)));
    assertFalse(Files.exists(file("memory.json")));
  }

  @Test
  void replacesNoFileThatItHasNotRead() {
    loop.get(() -> store().save(SOME));
    loop.get(() -> store().close(SavedState.EMPTY));
    assertEquals(SOME, load());
  }

  @Test
  void savesALastTimeWhenItCloses() {
    var store = store();
    loop.get(store::load);
    loop.get(() -> store.close(SOME));
    await().until(() -> Files.exists(file("memory.json")));
    assertEquals(SOME, load());
  }
}
