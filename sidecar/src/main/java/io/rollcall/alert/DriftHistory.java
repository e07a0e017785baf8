package io.rollcall.alert;

import io.rollcall.core.status.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How often a pool drifted.
 *
 * @param found the count as it was last read
 * @param times when it grew, within the last ten minutes, 100 at most, oldest first
 */
public record DriftHistory(long found, List<Instant> times) {
  private static final Duration WINDOW = Duration.ofMinutes(10);
  private static final int MAX_TIMES = 100;
  private static final int THRESHOLD = 3;

  public DriftHistory {
    times = List.copyOf(times);
  }

  /** How often each pool drifted, of a status whose pools were read. */
  public static Map<String, Long> counts(Status status) {
    var counts = new TreeMap<String, Long>();
    status.pools().forEach(pool -> counts.put(pool.backend(), pool.drift().found()));
    return counts;
  }

  /** Updates all pools; a pool that was not read keeps its history while that is recent. */
  static SortedMap<String, DriftHistory> update(
      SortedMap<String, DriftHistory> before, Map<String, Long> counts, Instant now) {
    var next = new TreeMap<String, DriftHistory>();
    counts.forEach((pool, count) -> {
      DriftHistory known = before.get(pool);
      next.put(
          pool, known == null ? new DriftHistory(count, List.of()) : known.updated(count, now));
    });
    before.forEach((pool, known) -> {
      DriftHistory aged = known.updated(known.found, now);
      if (!counts.containsKey(pool) && !aged.times.isEmpty()) {
        next.put(pool, aged);
      }
    });
    return next;
  }

  /** Null unless it drifted repeatedly. */
  @Nullable Finding finding() {
    return times.size() < THRESHOLD
        ? null
        : new Finding(
            "repeated drift",
            "changed outside Rollcall and repaired %d times in 10 min".formatted(times.size()));
  }

  private DriftHistory updated(long count, Instant now) {
    Stream<Instant> grown = count > found ? Stream.of(now) : Stream.empty();
    List<Instant> recent =
        Stream.concat(times.stream(), grown).filter(at -> at.plus(WINDOW).isAfter(now)).toList();
    return new DriftHistory(
        count, recent.subList(Math.max(0, recent.size() - MAX_TIMES), recent.size()));
  }
}
