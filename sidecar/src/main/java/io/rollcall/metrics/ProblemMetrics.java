package io.rollcall.metrics;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.rollcall.core.Sanitizer;
import io.rollcall.core.model.MemberState;
import io.rollcall.core.status.ReasonCode;
import io.rollcall.core.status.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What is not as it should be, as metrics that alert rules can use as they are. */
final class ProblemMetrics {
  private ProblemMetrics() {}

  /**
   * Adds the metrics of all problems.
   *
   * @param holdBelow by pool, the least share of its members that should be up
   */
  static void add(MetricSnapshots.Builder all, Status status, Map<String, Double> holdBelow) {
    problems(all, status);
    var member = gauge("member_problem", "1 for the reason that the member needs attention");
    var joining = gauge("member_joining_seconds", "Time since the member began to join");
    var expected = gauge("pool_members_expected", "Members that are up or failed while they were");
    var floor =
        gauge("pool_hold_below_ratio", "Share of the members below which removals are held");
    for (Status.PoolStatus pool : status.pools()) {
      Double share = holdBelow.get(pool.backend());
      if (share != null) {
        floor.dataPoint(point(share, "pool", pool.backend()));
      }
      for (Status.MemberRow row : pool.members()) {
        members(status, pool, row, member, joining);
      }
      if (pool.known()) {
        expected.dataPoint(point((double) expected(pool.members()), "pool", pool.backend()));
      }
    }
    List.of(member, joining, expected, floor).forEach(gauge -> all.metricSnapshot(gauge.build()));
  }

  private static void members(
      Status status,
      Status.PoolStatus pool,
      Status.MemberRow row,
      GaugeSnapshot.Builder problems,
      GaugeSnapshot.Builder joining) {
    String name = Sanitizer.visible(row.name());
    ReasonCode reason = row.reason();
    if (reason != null) {
      problems.dataPoint(point(1, "pool", pool.backend(), "member", name, "reason", reason.code()));
    }
    if (row.state() == MemberState.JOINING) {
      double age = Duration.between(row.since(), status.at()).toMillis() / 1000.0;
      joining.dataPoint(point(Math.max(0, age), "pool", pool.backend(), "member", name));
    }
  }

  /** By reason, so that a rule for one of them has a series while there is none. */
  private static void problems(MetricSnapshots.Builder all, Status status) {
    var gauge = gauge("problems", "Problems by their reason");
    for (ReasonCode reason : ReasonCode.values()) {
      long count =
          status.balancer().problems().stream()
              .filter(problem -> problem.reason() == reason)
              .count();
      gauge.dataPoint(point((double) count, "reason", reason.code()));
    }
    all.metricSnapshot(gauge.build());
  }

  /** A member that fails while it joins was never up. */
  private static long expected(List<Status.MemberRow> rows) {
    return rows.stream()
        .filter(row ->
            row.state().serves()
                || (row.state() != MemberState.JOINING
                    && (row.reason() == ReasonCode.MEMBER_DOWN
                        || row.reason() == ReasonCode.MEMBER_FAILED)))
        .count();
  }

  private static GaugeSnapshot.Builder gauge(String name, String help) {
    return GaugeSnapshot.builder().name("rollcall_" + name).help(help);
  }

  private static GaugeDataPointSnapshot point(double value, String... labels) {
    return GaugeDataPointSnapshot.builder().value(value).labels(Labels.of(labels)).build();
  }
}
