package io.rollcall.reconcile;

import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.status.Status;
import io.rollcall.logging.Logfmt;
import io.rollcall.store.JournalWriter;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happened: the newest events in memory, all of them on disk where there is one. Ids grow
 * across restarts: they go on after the last one on disk, or begin at the clock's milliseconds, and
 * events are fewer.
 *
 * <p>What somebody outside can cause at will, or what repeats itself, is told once and then counted
 * for a while: neither the log nor the disk fills with it. What repeated itself is summed up before
 * anything else is told, so that the order stays. Used on one context.
 */
public final class Journal {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final int KEPT = 500;
  private static final Duration COUNTED_FOR = Duration.ofSeconds(10);

  private final InstantSource clock;
  private final Runnable changed;
  private final ArrayDeque<Status.EventRecord> events = new ArrayDeque<>();
  private final Map<Object, Repeats> repeats = new HashMap<>();
  private @Nullable JournalWriter disk;
  private @Nullable PoolEvent last;
  private long lastId;

  private record PoolEvent(@Nullable String pool, Event note) {}

  private record Repeats(PoolEvent latest, Instant since, long more) {}

  /**
   * @param changed is called for each event
   */
  public Journal(InstantSource clock, Runnable changed) {
    this.clock = clock;
    this.changed = changed;
    this.lastId = clock.millis();
  }

  /** For the disk to say what it could not keep. */
  public JournalWriter.JournalListener listening(ComponentHealth troubles) {
    return new JournalWriter.JournalListener() {
      @Override
      public void trouble(@Nullable String line) {
        troubles.set(ComponentHealth.Component.JOURNAL, line);
      }

      @Override
      public void dropped(long events) {
        String text = events + " events are missing here: the disk did not take them in time";
        add(null, new Event(EventKind.JOURNAL, null, null, text), null);
      }
    };
  }

  /** Goes on where an earlier run ended; never fails. */
  public Future<Void> keepOn(JournalWriter journal) {
    return journal
        .open(KEPT)
        .map(found -> {
          disk = journal;
          lastId = Math.max(lastId, found.lastId());
          events.addAll(found.newest());
          if (found.cut() > 0) {
            String text = "cut %d bytes of a torn end off".formatted(found.cut());
            add(null, new Event(EventKind.JOURNAL, null, null, text), null);
          }
          return null;
        });
  }

  /**
   * Adds an event and logs it.
   *
   * @param pool the backend it concerns, null for none
   * @param tookMicros from the cause to the effect; null where nothing was done
   */
  public void add(@Nullable String pool, Event note, @Nullable Long tookMicros) {
    var happened = new PoolEvent(pool, note);
    Object key = note.kind().noisy() ? note.kind() : happened;
    Repeats before = repeats.get(key);
    if (before != null) {
      repeats.put(key, new Repeats(happened, before.since(), before.more() + 1));
      return;
    }
    sumUpLast();
    last = happened;
    // each action of an operator is recorded, equal ones too
    if (note.kind() != EventKind.OPERATOR) {
      repeats.put(key, new Repeats(happened, clock.instant(), 0));
    }
    tell(happened, tookMicros, null);
    log(happened);
  }

  /**
   * Adds what a plan did, and logs each event.
   *
   * @param effect what HAProxy was told for a slot, null for nothing
   * @param tookMicros from the plan to the last reply, null where HAProxy was told nothing
   */
  public void addAll(
      String pool,
      List<Event> notes,
      Function<SlotId, @Nullable String> effect,
      @Nullable Long tookMicros) {
    if (notes.isEmpty()) {
      return;
    }
    sumUpLast();
    for (Event note : notes) {
      last = new PoolEvent(pool, note);
      tell(last, tookMicros, note.slot() == null ? null : effect.apply(note.slot()));
      log(last);
    }
  }

  /** Tells what was counted for long enough; to be called each second or so. */
  public void tick() {
    Instant now = clock.instant();
    var over = Map.copyOf(repeats);
    over.forEach((key, repeat) -> {
      // a clock that was set back keeps nothing silent
      if (Duration.between(repeat.since(), now).abs().compareTo(COUNTED_FOR) >= 0) {
        repeats.remove(key);
        sumUp(repeat);
      }
    });
  }

  /** The newest, oldest first. */
  public List<Status.EventRecord> events() {
    return List.copyOf(events);
  }

  /** Those after an id that are safe on disk; from memory where there is no disk. */
  public Future<List<Status.EventRecord>> since(long id, int most) {
    return disk == null
        ? Future.succeededFuture(events.stream().filter(e -> e.id() > id).limit(most).toList())
        : disk.since(id, most);
  }

  /** Writes what still waits. */
  public Future<Void> close() {
    return disk == null ? Future.succeededFuture() : disk.close();
  }

  /** So that what repeated itself is not told after what followed it. */
  private void sumUpLast() {
    Repeats repeat = last == null ? null : repeats.remove(last);
    if (repeat != null) {
      sumUp(repeat);
    }
  }

  private void sumUp(Repeats repeat) {
    if (repeat.more() > 0) {
      Event note = repeat.latest().note();
      String text = "%s (and %,d more like this)".formatted(note.text(), repeat.more());
      var summary = new Event(note.kind(), note.member(), note.slot(), text);
      var happened = new PoolEvent(repeat.latest().pool(), summary);
      tell(happened, null, null);
      log(happened);
    }
  }

  private void tell(PoolEvent happened, @Nullable Long tookMicros, @Nullable String effect) {
    Event note = happened.note();
    var event =
        new Status.EventRecord(
            ++lastId,
            clock.instant(),
            note.kind().wire(),
            note.member(),
            happened.pool(),
            note.slot() == null ? null : note.slot().server(),
            note.text(),
            tookMicros,
            effect);
    events.add(event);
    if (events.size() > KEPT) {
      events.remove();
    }
    if (disk != null) {
      disk.add(event);
    }
    changed.run();
  }

  private static void log(PoolEvent happened) {
    Event event = happened.note();
    SlotId slot = event.slot();
    Logfmt line =
        Logfmt.of(event.kind().wire())
            .with("pool", happened.pool())
            .with("member", event.member())
            .with("slot", slot == null ? null : slot.server())
            .with("text", event.text());
    switch (event.kind().severity()) {
      case INFO -> LOG.info("{}", line);
      case WARNING -> LOG.warn("{}", line);
      case CRITICAL -> LOG.error("{}", line);
    }
  }
}
