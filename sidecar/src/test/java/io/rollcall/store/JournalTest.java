package io.rollcall.store;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.SteadyClock;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.status.Status;
import io.rollcall.testing.EventLoop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final SlotId SLOT = new SlotId("nodes", "slot1");

  @TempDir Path folder;
  private final EventLoop loop = new EventLoop();
  private final List<String> health = new ArrayList<>();
  private int told;
  private Instant wall = Instant.parse("2026-11-22T10:00:00Z");
  private long nanos;

  private void pass(Duration time) {
    wall = wall.plus(time);
    nanos += time.toNanos();
  }

  @AfterEach
  void end() {
    loop.close();
  }

  private Journal journal() {
    var clock = new SteadyClock(() -> wall, () -> nanos);
    return new Journal(clock, () -> told++, _ -> {});
  }

  private JournalWriter disk() {
    return new JournalWriter(
        loop.vertx(),
        folder.resolve("journal"),
        new JournalWriter.JournalListener() {
          @Override
          public void health(@Nullable String line) {
            health.add(String.valueOf(line));
          }

          @Override
          public void dropped(long events) {
            health.add(events + " dropped");
          }
        });
  }

  private Journal onDisk() {
    return loop.get(() -> {
      var journal = journal();
      return journal.open(disk()).map(journal);
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
      journal.record(null, note(EventKind.RESYNC, "the pipe asks for the list"));
      journal.record(null, note(EventKind.PIPE, "wrong line " + i));
    }
    assertEquals(2, journal.events().size());
    pass(Duration.ofSeconds(10));
    journal.tick();
    journal.tick();
    assertEquals(
        List.of(
            "the pipe asks for the list (and 9,999 more like this)",
            "wrong line 9999 (and 9,999 more like this)"),
        texts(journal.events()).stream().skip(2).sorted().toList());
    journal.record(null, note(EventKind.PIPE, "another"));
    assertEquals("another", journal.events().getLast().text());
  }

  @Test
  void keepsWhatAlternates() {
    var journal = journal();
    for (int i = 0; i < 3; i++) {
      journal.record("nodes", new Event(EventKind.DOWN, "s1", SLOT, "L4CON"));
      journal.record("nodes", new Event(EventKind.UP, "s1", SLOT, "L7OK"));
    }
    assertEquals(6, journal.events().size());
  }

  @Test
  void tellsEachOrderInItsOrder() {
    var journal = journal();
    for (String text : List.of("weight 5", "weight 5", "back to automatic", "weight 5")) {
      journal.record("nodes", new Event(EventKind.OPERATOR, "s1", null, text));
    }
    pass(Duration.ofSeconds(10));
    journal.tick();
    assertEquals(
        List.of("weight 5", "weight 5", "back to automatic", "weight 5"), texts(journal.events()));
  }

  @Test
  void sumsUpWhatRepeatedItselfBeforeWhatFollows() {
    var journal = journal();
    var down = new Event(EventKind.DOWN, "s1", SLOT, "L4CON");
    journal.record("nodes", down);
    journal.record("nodes", down);
    journal.record("nodes", new Event(EventKind.UP, "s1", SLOT, "L7OK"));
    journal.record("nodes", down);
    journal.record("nodes", down);
    journal.record("nodes", new Event(EventKind.PARKED, "s1", SLOT, "gone"));
    pass(Duration.ofSeconds(10));
    journal.tick();
    String repeated = "L4CON (and 1 more like this)";
    assertEquals(
        List.of("L4CON", repeated, "L7OK", "L4CON", repeated, "gone"), texts(journal.events()));
  }

  @Test
  void goesOnAfterARestartWithGreaterIds() throws Exception {
    var first = onDisk();
    loop.get(() -> {
      first.record(
          "nodes",
          List.of(new Event(EventKind.SERVING, "s1", SLOT, "up")),
          Map.of(SLOT, "to ready"),
          7L,
          Instant.EPOCH);
      first.record(null, note(EventKind.OPERATOR, "resync"));
      return first.close();
    });
    wall = wall.minusSeconds(3600); // the wall clock was set back
    var second = onDisk();
    List<Status.EventRecord> kept = loop.call(second::events);
    assertEquals(List.of("up", "resync"), texts(kept));
    assertEquals("to ready", kept.getFirst().effect());
    loop.get(() -> {
      second.record(null, note(EventKind.OPERATOR, "again"));
      return second.close();
    });
    long id = kept.getLast().id();
    assertTrue(second.events().getLast().id() > id);
  }

  @Test
  void showsAnEventByItsIdOnceItIsOnDisk() {
    var journal = onDisk();
    loop.call(() -> {
      journal.record(null, note(EventKind.OPERATOR, "one"));
      journal.record(null, note(EventKind.OPERATOR, "two"));
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
      journal.record(null, note(EventKind.OPERATOR, "one"));
      return 0;
    });
    await().until(() -> health.size() > 1);
    assertTrue(health.getFirst().startsWith("can't open the journal in "), health::toString);
    Files.delete(inTheWay);
    await().until(() -> loop.get(() -> journal.since(0, 10)).size() == 1);
    assertEquals("null", health.getLast());
  }

  @Test
  void saysThatThereIsSomethingToRead() {
    var journal = journal();
    journal.record(null, new Event(EventKind.PIPE, null, null, "one"));
    assertEquals(1, told);
    journal.record(null, new Event(EventKind.PIPE, null, null, "counted only"));
    assertEquals(1, told);
  }

  @Test
  void writesAllThatWaitsBeforeItEnds() {
    var first = onDisk();
    List<Event> many = Stream.generate(() -> note(EventKind.OPERATOR, "one")).limit(2_500).toList();
    loop.get(() -> {
      first.record("nodes", many, Map.of(), null, Instant.EPOCH);
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

  @Test
  void recordsEachChangeOfHaproxy() {
    var journal = journal();
    var ready = List.of(new Event(EventKind.DRIFT, "s1", SLOT, "weight 7 instead of 1"));
    for (int i = 0; i < 3; i++) {
      journal.record("nodes", ready, Map.of(SLOT, "weight 1"), 5L, Instant.EPOCH);
    }
    assertEquals(3, journal.events().size());
    assertEquals(Instant.EPOCH, journal.events().getFirst().at(), "when it happened");
  }

  @Test
  void countsForTenSecondsThoughTheWallClockIsSet() {
    var journal = journal();
    journal.record(null, note(EventKind.PIPE, "one"));
    wall = wall.plusSeconds(10_800);
    journal.tick();
    journal.record(null, note(EventKind.PIPE, "two"));
    wall = wall.minusSeconds(20_000);
    journal.tick();
    journal.record(null, note(EventKind.PIPE, "three"));
    assertEquals(List.of("one"), texts(journal.events()));
    pass(Duration.ofSeconds(10));
    journal.tick();
    assertEquals("three (and 2 more like this)", journal.events().getLast().text());
    assertEquals(wall, journal.events().getLast().at(), "people read wall clock times");
  }
}
