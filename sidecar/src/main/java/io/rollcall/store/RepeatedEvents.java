package io.rollcall.store;

import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts events that repeat, so that they fill neither the log nor the disk: a noisy kind, which
 * anybody in the gossip can cause, and an event that is equal to the one before. The first of them
 * is recorded, and after ten seconds, or before another event follows, one that has their number.
 * Not thread-safe.
 */
final class RepeatedEvents {
  private static final Duration WINDOW = Duration.ofSeconds(10);

  private final Map<Object, Count> counts = new HashMap<>();
  private @Nullable PoolEvent last;

  /**
   * An event of a pool.
   *
   * @param pool null for none
   */
  record PoolEvent(@Nullable String pool, Event event) {}

  private record Count(PoolEvent latest, Instant since, long more) {}

  /** Whether the event was counted, and is not to be recorded. */
  boolean counted(PoolEvent event) {
    Object key = key(event);
    Count before = counts.get(key);
    if (before == null) {
      return false;
    }
    counts.put(key, new Count(event, before.since(), before.more() + 1));
    return true;
  }

  /**
   * Notes that an event is recorded now.
   *
   * @param countable whether events that are equal to it may be counted
   * @return the number of repetitions before it, as an event to be recorded first; null for none
   */
  @Nullable PoolEvent recording(PoolEvent event, boolean countable, Instant now) {
    Count before = last == null ? null : counts.remove(last);
    last = event;
    if (countable) {
      counts.put(key(event), new Count(event, now, 0));
    }
    return before == null ? null : summary(before);
  }

  /** What has been counted for ten seconds, as events to be recorded. */
  List<PoolEvent> elapsed(Instant now) {
    var summaries = new ArrayList<PoolEvent>();
    counts
        .values()
        .removeIf(count -> {
          if (Duration.between(count.since(), now).compareTo(WINDOW) < 0) {
            return false;
          }
          PoolEvent summary = summary(count);
          if (summary != null) {
            summaries.add(summary);
          }
          return true;
        });
    return summaries;
  }

  private static Object key(PoolEvent event) {
    EventKind kind = event.event().kind();
    return kind.noisy() ? kind : event;
  }

  private static @Nullable PoolEvent summary(Count count) {
    if (count.more() == 0) {
      return null;
    }
    Event latest = count.latest().event();
    String text = "%s (and %,d more like this)".formatted(latest.text(), count.more());
    return new PoolEvent(
        count.latest().pool(), new Event(latest.kind(), latest.member(), latest.slot(), text));
  }
}
