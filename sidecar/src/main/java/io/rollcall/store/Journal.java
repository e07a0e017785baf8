package io.rollcall.store;

import io.rollcall.core.Component;
import io.rollcall.core.ComponentHealth;
import io.rollcall.core.EventLog;
import io.rollcall.core.SteadyClock;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.status.EventPage;
import io.rollcall.core.status.Status;
import io.rollcall.store.RepeatedEvents.PoolEvent;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All events: the newest in memory, all of them on disk and in the log. Ids increase across
 * restarts: they continue after the last one on disk, or begin at the clock's milliseconds, and
 * there are fewer events than milliseconds. Events that repeat are counted. Used on one context.
 */
public final class Journal implements EventLog {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final int IN_MEMORY = 500;

  private final SteadyClock clock;
  private final Runnable changed;
  private final Consumer<EventKind> recorded;
  private final RepeatedEvents repeated = new RepeatedEvents();
  private final ArrayDeque<Status.EventRecord> events = new ArrayDeque<>();
  private @Nullable JournalWriter disk;
  private long lastId;

  /**
   * A journal without a disk.
   *
   * @param changed is called for each event
   * @param recorded receives the kind of each event
   */
  public Journal(SteadyClock clock, Runnable changed, Consumer<EventKind> recorded) {
    this.clock = clock;
    this.changed = changed;
    this.recorded = recorded;
    this.lastId = clock.millis();
  }

  /** Receives from the disk what it could not write. */
  public JournalWriter.JournalListener listener(ComponentHealth health) {
    return new JournalWriter.JournalListener() {
      @Override
      public void health(@Nullable String line) {
        health.report(Component.JOURNAL, line);
      }

      @Override
      public void dropped(long events) {
        String text = events + " events are missing here: the disk did not accept them in time";
        record(null, new Event(EventKind.JOURNAL, null, null, text));
      }
    };
  }

  /** Continues where an earlier run ended; never fails. */
  public Future<Void> open(JournalWriter writer) {
    return writer
        .open(IN_MEMORY)
        .map(found -> {
          disk = writer;
          lastId = Math.max(lastId, found.lastId());
          events.addAll(found.newest());
          if (found.cut() > 0) {
            String text =
                "an incomplete last record of %d bytes was cut off".formatted(found.cut());
            record(null, new Event(EventKind.JOURNAL, null, null, text));
          }
          found
              .aside()
              .forEach(line -> record(null, new Event(EventKind.JOURNAL, null, null, line)));
          return null;
        });
  }

  @Override
  public void record(
      @Nullable String pool,
      List<Event> happened,
      Map<SlotId, String> effects,
      @Nullable Long tookMicros,
      Instant at) {
    for (Event event : happened) {
      var poolEvent = new PoolEvent(pool, event);
      String effect = event.slot() == null ? null : effects.get(event.slot());
      // HAProxy was changed, or an operator acted: each time counts
      boolean countable = effect == null && event.kind() != EventKind.OPERATOR;
      if (countable && repeated.counted(poolEvent)) {
        continue;
      }
      PoolEvent before = repeated.recording(poolEvent, countable, clock.instant());
      if (before != null) {
        add(before, null, null, at);
      }
      add(poolEvent, effect, tookMicros, at);
    }
  }

  @Override
  public void record(@Nullable String pool, Event event) {
    record(pool, List.of(event), Map.of(), null, clock.instant());
  }

  /** Records how often events were repeated; called about once a second. */
  public void tick() {
    repeated.elapsed(clock.instant()).forEach(summary -> add(summary, null, null, clock.instant()));
  }

  /** The newest, oldest first. */
  public List<Status.EventRecord> events() {
    return List.copyOf(events);
  }

  /** The events after an id that are safe on disk, oldest first; from memory without a disk. */
  public Future<List<Status.EventRecord>> since(long id, int most) {
    return disk == null
        ? Future.succeededFuture(events.stream().filter(e -> e.id() > id).limit(most).toList())
        : disk.since(id, most);
  }

  /** Events before an id, newest {@code most} of them; from memory without a disk. */
  public Future<EventPage> before(long id, int most, Predicate<Status.EventRecord> wanted) {
    if (disk != null) {
      return disk.before(id, most, wanted);
    }
    List<Status.EventRecord> found =
        events.stream().filter(event -> event.id() < id).filter(wanted).toList();
    List<Status.EventRecord> newest = found.subList(Math.max(0, found.size() - most), found.size());
    return Future.succeededFuture(
        new EventPage(newest, newest.size() < found.size() ? newest.getFirst().id() : null));
  }

  /** Writes what is not on disk yet. */
  public Future<Void> close() {
    return disk == null ? Future.succeededFuture() : disk.close();
  }

  private void add(
      PoolEvent happened, @Nullable String effect, @Nullable Long tookMicros, Instant at) {
    Event event = happened.event();
    var stored =
        new Status.EventRecord(
            ++lastId,
            clock.wall(at),
            event.kind().wire(),
            event.member(),
            happened.pool(),
            event.slot() == null ? null : event.slot().server(),
            event.text(),
            tookMicros,
            effect);
    events.add(stored);
    if (events.size() > IN_MEMORY) {
      events.remove();
    }
    if (disk != null) {
      disk.add(stored);
    }
    log(event.kind().severity(), stored);
    recorded.accept(event.kind());
    changed.run();
  }

  /** The only place where events are logged. */
  private static void log(EventKind.Severity severity, Status.EventRecord event) {
    switch (severity) {
      case INFO -> LOG.info("{}", EventLogLine.of(event));
      case WARNING -> LOG.warn("{}", EventLogLine.of(event));
      case CRITICAL -> LOG.error("{}", EventLogLine.of(event));
    }
  }
}
