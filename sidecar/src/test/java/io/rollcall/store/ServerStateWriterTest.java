package io.rollcall.store;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.testing.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerStateWriterTest {
  private static final Duration SELDOM = Duration.ofHours(1);

  @TempDir Path folder;
  private final EventLoop loop = new EventLoop();
  private final List<String> health = new CopyOnWriteArrayList<>();
  private int dumps;

  @AfterEach
  void end() {
    loop.close();
  }

  private Path file() {
    return folder.resolve("server-state");
  }

  /** HAProxy would start the same from texts that differ in the part after a blank only. */
  private ServerStateWriter writer(Duration interval) {
    var writer =
        new ServerStateWriter(
            loop.vertx(),
            file(),
            (present, dump, _) ->
                present.split(" ", 2)[0].equals(dump.split(" ", 2)[0]) ? present : dump,
            (part, line) -> health.add(part + ": " + line));
    loop.get(() -> writer.start(interval));
    return writer;
  }

  private void save(ServerStateWriter writer, int weight, String dump) {
    var slot =
        new Slot(new SlotId("nodes", "slot1"), 1, null, Slot.Admin.MAINT, false, weight, "", null);
    loop.get(() ->
        writer.save(
            List.of(slot),
            () -> {
              dumps++;
              return Future.succeededFuture(dump);
            }));
  }

  @Test
  void putsAFileAsideThatIsTooLarge() throws Exception {
    Files.write(file(), new byte[AtomicFile.MAX_BYTES + 1]);
    save(writer(SELDOM), 100, "one");
    assertEquals("one", Files.readString(file()));
    assertEquals(AtomicFile.MAX_BYTES + 1, Files.size(folder.resolve("server-state.damaged")));
  }

  @Test
  void asksHaproxyOnlyAfterAChangeOfTheSlots() throws Exception {
    var writer = writer(SELDOM);
    save(writer, 100, "one");
    save(writer, 100, "two");
    assertEquals("one", Files.readString(file()));
    assertEquals(1, dumps);
    save(writer, 50, "two");
    assertEquals("two", Files.readString(file()));
  }

  @Test
  void leavesAFileThatHaproxyWouldReadTheSame() throws Exception {
    Files.writeString(file(), "one 1");
    var writer = writer(SELDOM);
    save(writer, 100, "one 2");
    assertEquals("one 1", Files.readString(file()));
    assertEquals("STATE_FILE: null", health.getLast());
  }

  @Test
  void restoresTheFileThatSomebodyRemoved() throws Exception {
    Files.writeString(file(), "of an earlier run");
    var _ = writer(Duration.ofMillis(20));
    Files.delete(file());
    await().until(() -> Files.exists(file()));
    assertEquals("of an earlier run", Files.readString(file()));
  }

  @Test
  void writesTheFileInTheNextPassAfterAFailure() throws Exception {
    Path inTheWay = Files.createDirectory(folder.resolve("server-state.new"));
    var writer = writer(SELDOM);
    save(writer, 100, "one");
    assertFalse(Files.exists(file()));
    assertTrue(health.getLast().startsWith("STATE_FILE: can't write "), health::toString);
    Files.delete(inTheWay);
    save(writer, 100, "one");
    assertTrue(Files.exists(file()));
    assertEquals("STATE_FILE: null", health.getLast());
  }

  @Test
  void isSettledOnceTheFileIsOnTheDisk() throws Exception {
    var writer = writer(SELDOM);
    assertTrue(loop.call(() -> writer.settled().isComplete()));
    Promise<String> dump = Promise.promise();
    var slot =
        new Slot(new SlotId("nodes", "slot1"), 1, null, Slot.Admin.MAINT, false, 1, "", null);
    loop.call(() -> writer.save(List.of(slot), dump::future));
    assertFalse(loop.call(() -> writer.settled().isComplete()));
    loop.call(() -> dump.tryComplete("one"));
    loop.get(writer::settled);
    assertEquals("one", Files.readString(file()));
  }

  @Test
  void reportsThatHaproxyGaveNoDump() {
    var writer = writer(SELDOM);
    loop.get(() ->
        writer.save(
            List.of(
                new Slot(
                    new SlotId("nodes", "slot1"), 1, null, Slot.Admin.MAINT, false, 1, "", null)),
            () -> Future.failedFuture("no answer")));
    assertEquals(List.of("STATE_FILE: no answer"), health);
  }
}
