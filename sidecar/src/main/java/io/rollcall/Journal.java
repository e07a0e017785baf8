package io.rollcall;

import io.rollcall.core.Note;
import io.rollcall.core.Status;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest events. Ids grow across restarts: they begin at the clock's milliseconds, and events
 * are fewer.
 */
final class Journal {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final int KEPT = 500;

  private final InstantSource clock;
  private final ArrayDeque<Status.Event> events = new ArrayDeque<>();
  private long lastId;

  Journal(InstantSource clock) {
    this.clock = clock;
    this.lastId = clock.millis();
  }

  /**
   * @param pool the backend it concerns, null for none
   * @param tookMicros from the cause to the effect; null where nothing was done
   */
  void add(@Nullable String pool, Note note, @Nullable Long tookMicros) {
    String slot = note.slot() == null ? null : note.slot().server();
    events.add(
        new Status.Event(
            ++lastId,
            clock.instant(),
            note.kind(),
            note.member(),
            pool,
            slot,
            note.text(),
            tookMicros));
    if (events.size() > KEPT) {
      events.remove();
    }
    LOG.info(
        "{}{} {}: {}",
        note.slot() == null ? "" : note.slot() + " ",
        note.member() == null ? "-" : note.member(),
        note.kind(),
        note.text());
  }

  /** Oldest first. */
  List<Status.Event> events() {
    return List.copyOf(events);
  }
}
