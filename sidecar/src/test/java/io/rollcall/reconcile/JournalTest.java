package io.rollcall.reconcile;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.status.Status;
import io.rollcall.store.JournalWriter;
import io.rollcall.testing.EventLoop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final SlotId SLOT = new SlotId("nodes", "slot1");

  @TempDir Path folder;
  private final EventLoop loop = new EventLoop();
  private final List<String> troubles = new ArrayList<>();
  private int told;
  private Instant now = Instant.parse("2026-11-22T10:00:00Z");

  @AfterEach
  void end() {
    loop.close();
  }

  private Journal journal() {
    return new Journal(() -> now, () -> told++);
  }

  private JournalWriter disk() {
    return new JournalWriter(
        loop.vertx(),
        folder.resolve("journal"),
        new JournalWriter.JournalListener() {
          @Override
          public void trouble(@Nullable String line) {
            troubles.add(String.valueOf(line));
          }

          @Override
          public void dropped(long events) {
            troubles.add(events + " dropped");
          }
        });
  }

  private Journal onDisk() {
    return loop.get(() -> {
      var journal = journal();
      return journal.keepOn(disk()).map(journal);
    });
  }

  private static List<String> texts(List<Status.EventRecord> events) {
    return events.stream().map(Status.EventRecord::text).toList();
  }

  private static Event note(EventKind kind, String text) {
    return new Event(kind, null, null, text);
  }

  @Test
  void countsWhatThePipeRepeats() {
    var journal = journal();
    for (int i = 0; i < 10_000; i++) {
      journal.add(null, note(EventKind.RESYNC, "the pipe asks for the list"), null);
      journal.add(null, note(EventKind.PIPE, "wrong line " + i), null);
    }
    assertEquals(2, journal.events().size());
    now = now.plusSeconds(10);
    journal.tick();
    journal.tick();
    assertEquals(
        List.of(
            "the pipe asks for the list (and 9,999 more like this)",
            "wrong line 9999 (and 9,999 more like this)"),
        texts(journal.events()).stream().skip(2).sorted().toList());
    journal.add(null, note(EventKind.PIPE, "another"), null);
    assertEquals("another", journal.events().getLast().text());
  }

  @Test
  void keepsWhatAlternates() {
    var journal = journal();
    for (int i = 0; i < 3; i++) {
      journal.add("nodes", new Event(EventKind.DOWN, "s1", SLOT, "L4CON"), null);
      journal.add("nodes", new Event(EventKind.UP, "s1", SLOT, "L7OK"), null);
    }
    assertEquals(6, journal.events().size());
  }

  @Test
  void tellsEachOrderInItsOrder() {
    var journal = journal();
    for (String text : List.of("weight 5", "weight 5", "back to automatic", "weight 5")) {
      journal.add("nodes", new Event(EventKind.OPERATOR, "s1", null, text), null);
    }
    now = now.plusSeconds(10);
    journal.tick();
    assertEquals(
        List.of("weight 5", "weight 5", "back to automatic", "weight 5"), texts(journal.events()));
  }

  @Test
  void sumsUpWhatRepeatedItselfBeforeWhatFollows() {
    var journal = journal();
    var down = new Event(EventKind.DOWN, "s1", SLOT, "L4CON");
    journal.add("nodes", down, null);
    journal.add("nodes", down, null);
    journal.add("nodes", new Event(EventKind.UP, "s1", SLOT, "L7OK"), null);
    journal.add("nodes", down, null);
    journal.add("nodes", down, null);
    journal.addAll(
        "nodes", List.of(new Event(EventKind.PARKED, "s1", SLOT, "gone")), _ -> null, null);
    now = now.plusSeconds(10);
    journal.tick();
    String repeated = "L4CON (and 1 more like this)";
    assertEquals(
        List.of("L4CON", repeated, "L7OK", "L4CON", repeated, "gone"), texts(journal.events()));
  }

  @Test
  void goesOnAfterARestartWithGreaterIds() throws Exception {
    var first = onDisk();
    loop.get(() -> {
      first.addAll(
          "nodes", List.of(new Event(EventKind.SERVING, "s1", SLOT, "up")), _ -> "to ready", 7L);
      first.add(null, note(EventKind.OPERATOR, "resync"), null);
      return first.close();
    });
    now = now.minusSeconds(3600); // a clock that was set back
    var second = onDisk();
    List<Status.EventRecord> kept = loop.call(second::events);
    assertEquals(List.of("up", "resync"), texts(kept));
    assertEquals("to ready", kept.getFirst().effect());
    loop.get(() -> {
      second.add(null, note(EventKind.OPERATOR, "again"), null);
      return second.close();
    });
    long id = kept.getLast().id();
    assertTrue(second.events().getLast().id() > id);
  }

  @Test
  void showsAnEventByItsIdOnceItIsOnDisk() {
    var journal = onDisk();
    loop.call(() -> {
      journal.add(null, note(EventKind.OPERATOR, "one"), null);
      journal.add(null, note(EventKind.OPERATOR, "two"), null);
      return 0;
    });
    await().until(() -> loop.get(() -> journal.since(0, 10)).size() == 2);
    List<Status.EventRecord> page = loop.get(() -> journal.since(0, 1));
    assertEquals(List.of("one"), texts(page));
    assertEquals(List.of("two"), texts(loop.get(() -> journal.since(page.getFirst().id(), 10))));
  }

  @Test
  void writesWhatWaitedOnceTheDiskTakesItAgain() throws Exception {
    Path inTheWay = Files.writeString(folder.resolve("journal"), "a file");
    var journal = onDisk();
    loop.call(() -> {
      journal.add(null, note(EventKind.OPERATOR, "one"), null);
      return 0;
    });
    await().until(() -> troubles.size() > 1);
    assertTrue(troubles.getFirst().startsWith("can't open the journal in "), troubles::toString);
    Files.delete(inTheWay);
    await().until(() -> loop.get(() -> journal.since(0, 10)).size() == 1);
    assertEquals("null", troubles.getLast());
  }

  @Test
  void saysThatThereIsSomethingToRead() {
    var journal = journal();
    journal.add(null, new Event(EventKind.PIPE, null, null, "one"), null);
    assertEquals(1, told);
    journal.add(null, new Event(EventKind.PIPE, null, null, "counted only"), null);
    assertEquals(1, told);
  }

  @Test
  void writesAllThatWaitsBeforeItEnds() {
    var first = onDisk();
    List<Event> many = Stream.generate(() -> note(EventKind.OPERATOR, "one")).limit(2_500).toList();
    loop.get(() -> {
      first.addAll("nodes", many, _ -> null, null);
      return first.close();
    });
    var second = onDisk();
    assertEquals(2_500, loop.get(() -> second.since(0, 10_000)).size());
  }

  @Test
  void failsToReadAJournalThatCannotBeOpened() throws Exception {
    Files.writeString(folder.resolve("journal"), "a file");
    var journal = onDisk();
    String said = loop.line(() -> journal.since(0, 10));
    String path = folder.resolve("journal").toString();
    assertEquals(
        "can't read the journal in " + path + ": a file is where its directory should be", said);
  }
}
