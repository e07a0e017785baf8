package io.rollcall.metrics;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sums of counters that never fall, as a counter must not: a member that goes takes its count out
 * of the sum, and Prometheus would take that for a restart from zero.
 */
final class GrowingSums {
  private record Sum(double last, double total) {}

  private final Map<List<String>, Sum> sums = new HashMap<>();

  /** The total after this sum was read; the first one is the sum itself. */
  double next(double sum, String... key) {
    Sum next =
        sums.merge(
            List.of(key),
            new Sum(sum, sum),
            (before, now) -> new Sum(sum, before.total() + Math.max(0, sum - before.last())));
    return next.total();
  }
}
