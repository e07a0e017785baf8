package io.rollcall.core.control;

import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.SavedState;
import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The times of a saved state. They were written by a clock that follows the wall clock as it was at
 * an earlier start: if it was set back since, they are in the future, and what waits for them would
 * wait for hours. Such a time counts as now.
 */
final class SavedTimes {
  private SavedTimes() {}

  /** The state without a time after this one; deadlines keep their distance. */
  static SavedState notAfter(Instant now, SavedState saved) {
    var pools = new TreeMap<String, PoolState>();
    saved.pools().forEach((backend, pool) -> pools.put(backend, notAfter(now, pool)));
    return new SavedState(pools, saved.haproxy());
  }

  private static PoolState notAfter(Instant now, PoolState pool) {
    return new PoolState(
        each(pool.occupants(), occupant -> notAfter(now, occupant)),
        each(pool.intents(), i -> i.at(earlier(i.at(), now))),
        each(pool.waiting(), wait -> wait.since(earlier(wait.since(), now))),
        each(pool.known(), since -> earlier(since, now)),
        pool.held(),
        pool.released(),
        pool.driftFound(),
        pool.driftRepaired());
  }

  private static Occupant notAfter(Instant now, Occupant o) {
    Occupant.Down down = o.down();
    Instant since = earlier(o.since(), now);
    Duration back = Duration.between(since, o.since());
    Instant deadline = o.deadline();
    return new Occupant(
        o.member(),
        o.service(),
        o.state(),
        since,
        o.why(),
        deadline == null ? null : deadline.minus(back),
        o.byFailure(),
        o.cleared(),
        o.refused(),
        o.configuredMaxconn(),
        down == null ? null : new Occupant.Down(down.check(), earlier(down.since(), now)));
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static <K, V> SortedMap<K, V> each(SortedMap<K, V> all, UnaryOperator<V> change) {
    var changed = new TreeMap<>(all);
    changed.replaceAll((_, value) -> change.apply(value));
    return changed;
  }
}
