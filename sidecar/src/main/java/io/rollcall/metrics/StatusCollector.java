package io.rollcall.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.rollcall.core.Sanitizer;
import io.rollcall.core.model.MemberState;
import io.rollcall.core.status.AlertDelivery;
import io.rollcall.core.status.BalancerState;
import io.rollcall.core.status.Format;
import io.rollcall.core.status.HealthStatus;
import io.rollcall.core.status.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The status as metrics. They are made at each scrape and not kept, so that a thousand members do
 * not fill the small heap, and a member that is gone has no series any more. Free slots are one
 * number. A value that is unknown has no sample.
 */
final class StatusCollector implements MultiCollector {
  private @Nullable Status status;
  private AlertDelivery delivery = AlertDelivery.NONE;
  private Map<String, Double> holdBelow = Map.of();
  private final GrowingSums sums = new GrowingSums();
  private final int maxMembers;

  /**
   * @param maxMembers members with series of their own
   */
  StatusCollector(int maxMembers) {
    this.maxMembers = maxMembers;
  }

  /** Sets the status for the next scrape. */
  void show(@Nullable Status now, AlertDelivery alerts) {
    status = now;
    delivery = alerts;
  }

  /** Sets the least share of the members of each pool that should be up. */
  void holdBelow(Map<String, Double> shares) {
    holdBelow = Map.copyOf(shares);
  }

  @Override
  public MetricSnapshots collect() {
    var all = MetricSnapshots.builder();
    if (status != null) {
      balancer(all, status);
      haproxy(all, status.haproxy());
      pools(all, status.pools());
      List<MemberSeries> series = MemberSeries.of(status.pools(), maxMembers);
      members(all, series);
      ServerMetrics.add(all, series, sums);
      ProblemMetrics.add(all, status, holdBelow);
      AlertMetrics.add(all, delivery);
    }
    return all.build();
  }

  private static void balancer(MetricSnapshots.Builder all, Status status) {
    Status.SerfStatus serf = status.serf();
    gauge(
        all,
        "up",
        "1 if the source is reachable, else 0",
        Stream.of(
            point(serf.reachable() ? 1 : 0, "source", "serf"),
            point(status.haproxy().reachable() ? 1 : 0, "source", "haproxy")));
    gauge(
        all,
        "state",
        "1 for the current state of the balancer, else 0",
        Stream.of(BalancerState.values())
            .map(s -> point(s == status.balancer().state() ? 1 : 0, "state", Format.name(s))));
    gauge(
        all,
        "health",
        "1 for the current health of the balancer, else 0",
        Stream.of(HealthStatus.values())
            .map(h -> point(h == status.balancer().health() ? 1 : 0, "health", Format.name(h))));
    gauge(
        all,
        "serf_members",
        "Members by their state in the gossip",
        Stream.of(
            point(serf.alive(), "gossip", "alive"),
            point(serf.failed(), "gossip", "failed"),
            point(serf.left(), "gossip", "left")));
    one(all, "serf_health_score", "Health score of the Serf agent, 0 is best", serf.healthScore());
  }

  private static void haproxy(MetricSnapshots.Builder all, Status.HaproxyStatus haproxy) {
    one(
        all,
        "haproxy_connections",
        "Current client connections of HAProxy",
        haproxy.currentConnections());
    one(all, "haproxy_request_rate", "Requests in the last second", haproxy.requestRate());
    one(all, "haproxy_uptime_seconds", "Time since HAProxy started", haproxy.uptimeSeconds());
    Instant read = haproxy.lastReadAt();
    one(
        all,
        "haproxy_last_read_timestamp_seconds",
        "Time at which the slots were last read",
        read == null ? null : read.toEpochMilli() / 1000.0);
    counter(
        all,
        "haproxy_restarts",
        "Restarts of HAProxy since the sidecar started",
        Stream.of(count(haproxy.restartsSeen())));
  }

  private static void pools(MetricSnapshots.Builder all, List<Status.PoolStatus> pools) {
    eachPool(all, "held", "1 if a removal is held, else 0", pools, pool -> pool.held() ? 1 : 0);
    eachPool(
        all, "observed", "1 if the pool is only observed, else 0", pools, p -> p.observe() ? 1 : 0);
    eachPool(all, "slots", "Slots of the pool", pools, pool -> pool.slots().total());
    eachPool(all, "slots_free", "Slots without an occupant", pools, pool -> pool.slots().free());
    eachPool(
        all,
        "slots_used",
        "Slots with an occupant, parked ones too",
        pools,
        pool -> pool.slots().used());
    eachPool(
        all,
        "unmanaged_serving",
        "Servers beside the slots that get requests",
        pools,
        Status.PoolStatus::others);
    gauge(
        all,
        "pool_members",
        "Members by state",
        pools.stream().filter(Status.PoolStatus::known).flatMap(StatusCollector::byState));
    counter(
        all,
        "drift_found",
        "Differences in HAProxy that Rollcall did not cause",
        pools.stream().map(pool -> count(pool.drift().found(), "pool", pool.backend())));
    counter(
        all,
        "drift_repaired",
        "Differences that were repaired",
        pools.stream().map(pool -> count(pool.drift().repaired(), "pool", pool.backend())));
  }

  private static Stream<GaugeDataPointSnapshot> byState(Status.PoolStatus pool) {
    return Stream.of(MemberState.values())
        .filter(state -> state != MemberState.UNKNOWN)
        .map(state ->
            point(
                pool.members().stream().filter(row -> row.state() == state).count(),
                "pool",
                pool.backend(),
                "state",
                Format.name(state)));
  }

  private static void members(MetricSnapshots.Builder all, List<MemberSeries> series) {
    gauge(
        all,
        "member_identity",
        "Always 1; the labels describe the member",
        series.stream()
            .filter(one -> !one.others())
            .map(one -> identity(one.pool(), one.rows().getFirst())));
    each(
        all,
        "serving",
        "1 if the member takes new sessions, else 0",
        series.stream().filter(one -> one.pool().known()).toList(),
        r -> r.state().serves() ? 1 : 0);
    each(
        all,
        "held",
        "1 if the removal of the member is held, else 0",
        series,
        r -> r.held() ? 1 : 0);
    each(all, "weight", "Weight of the member in HAProxy", series, Status.MemberRow::weight);
    each(
        all,
        "sessions_sticky",
        "Sessions in the tracking table",
        series,
        r -> r.sessions().sticky());
    each(all, "requests_current", "Requests in progress", series, r -> r.sessions().current());
    each(all, "request_rate", "Requests in the last second", series, Status.MemberRow::requestRate);
  }

  private static GaugeDataPointSnapshot identity(Status.PoolStatus pool, Status.MemberRow row) {
    return point(
        1,
        "pool",
        pool.backend(),
        "member",
        Sanitizer.visible(row.name()),
        "slot",
        row.slot() == null ? "" : row.slot(),
        "address",
        row.address() == null ? "" : Format.address(row.address(), row.port()),
        "state",
        Format.name(row.state()),
        "gossip",
        Format.name(row.gossip()),
        "check",
        row.check() == null ? "" : row.check());
  }

  private static void each(
      MetricSnapshots.Builder all,
      String name,
      String help,
      List<MemberSeries> series,
      Function<Status.MemberRow, @Nullable Number> value) {
    gauge(
        all,
        "member_" + name,
        help,
        series.stream()
            .map(one ->
                point(one.sum(value), "pool", one.pool().backend(), "member", one.member())));
  }

  private static void eachPool(
      MetricSnapshots.Builder all,
      String name,
      String help,
      List<Status.PoolStatus> pools,
      Function<Status.PoolStatus, @Nullable Number> value) {
    gauge(
        all,
        "pool_" + name,
        help,
        pools.stream().map(pool -> point(value.apply(pool), "pool", pool.backend())));
  }

  private static void one(
      MetricSnapshots.Builder all, String name, String help, @Nullable Number value) {
    gauge(all, name, help, Stream.of(point(value)));
  }

  private static void gauge(
      MetricSnapshots.Builder all,
      String name,
      String help,
      Stream<GaugeDataPointSnapshot> points) {
    var gauge = GaugeSnapshot.builder().name("rollcall_" + name).help(help);
    points.filter(point -> !Double.isNaN(point.getValue())).forEach(gauge::dataPoint);
    all.metricSnapshot(gauge.build());
  }

  private static void counter(
      MetricSnapshots.Builder all,
      String name,
      String help,
      Stream<CounterDataPointSnapshot> points) {
    var counter = CounterSnapshot.builder().name("rollcall_" + name).help(help);
    points.forEach(counter::dataPoint);
    all.metricSnapshot(counter.build());
  }

  /** NaN stands for an unknown value. */
  private static GaugeDataPointSnapshot point(@Nullable Number value, String... labels) {
    return GaugeDataPointSnapshot.builder()
        .value(value == null ? Double.NaN : value.doubleValue())
        .labels(Labels.of(labels))
        .build();
  }

  private static CounterDataPointSnapshot count(long value, String... labels) {
    return CounterDataPointSnapshot.builder()
        .value((double) value)
        .labels(Labels.of(labels))
        .build();
  }
}
