package io.rollcall.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.rollcall.core.model.ServerCounters;
import io.rollcall.core.status.Status;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What HAProxy counts of each member, as metrics. A member that was not read has no sample. */
final class ServerMetrics {
  private final MetricSnapshots.Builder all;
  private final List<MemberSeries> series;
  private final GrowingSums sums;

  private ServerMetrics(MetricSnapshots.Builder all, List<MemberSeries> series, GrowingSums sums) {
    this.all = all;
    this.series = series;
    this.sums = sums;
  }

  /**
   * Adds the metrics of all members.
   *
   * @param sums of the scrapes before
   */
  static void add(MetricSnapshots.Builder all, List<MemberSeries> series, GrowingSums sums) {
    var metrics = new ServerMetrics(all, series, sums);
    metrics.total(
        "sessions_served", "Sessions since HAProxy started", row -> row.sessions().total());
    metrics.total(
        "errors", "Connection and response errors since HAProxy started", Status.MemberRow::errors);
    metrics.responses();
    metrics.gauge("queue_seconds", "Average time in the queue", c -> c.queueMillis() / 1000.0);
    metrics.gauge("connect_seconds", "Average time to connect", c -> c.connectMillis() / 1000.0);
    metrics.gauge(
        "response_seconds", "Average time to the first byte", c -> c.responseMillis() / 1000.0);
    metrics.gauge(
        "check_seconds", "Duration of HAProxy's last check", c -> c.checkMillis() / 1000.0);
    metrics.gauge(
        "last_change_seconds",
        "Time since the server last went up or down",
        ServerCounters::changedSeconds);
    metrics.counter(
        "down_seconds", "Time in which HAProxy's check failed", ServerCounters::downSeconds);
    metrics.counter("sent_bytes", "Bytes sent to the server", ServerCounters::bytesIn);
    metrics.counter("received_bytes", "Bytes received from the server", ServerCounters::bytesOut);
    metrics.counter("retries", "Connections tried again", ServerCounters::retries);
    metrics.counter(
        "redispatches", "Requests sent to another server instead", ServerCounters::redispatches);
    metrics.counter("client_aborts", "Transfers that clients ended", ServerCounters::clientAborts);
    metrics.counter(
        "server_aborts", "Transfers that the server ended", ServerCounters::serverAborts);
  }

  private void responses() {
    var counter = counter("responses", "Responses by class of their status");
    add(counter, "responses", "2xx", of(ServerCounters::responses2xx));
    add(counter, "responses", "3xx", of(ServerCounters::responses3xx));
    add(counter, "responses", "4xx", of(ServerCounters::responses4xx));
    add(counter, "responses", "5xx", of(ServerCounters::responses5xx));
    all.metricSnapshot(counter.build());
  }

  /** An average, which has no sum. */
  private void gauge(String name, String help, ToDoubleFunction<ServerCounters> value) {
    var gauge = GaugeSnapshot.builder().name("rollcall_member_" + name).help(help);
    for (MemberSeries one : series) {
      ServerCounters counters = one.others() ? null : one.rows().getFirst().counters();
      if (counters != null) {
        gauge.dataPoint(
            GaugeDataPointSnapshot.builder()
                .value(value.applyAsDouble(counters))
                .labels(Labels.of("pool", one.pool().backend(), "member", one.member()))
                .build());
      }
    }
    all.metricSnapshot(gauge.build());
  }

  private void counter(String name, String help, ToLongFunction<ServerCounters> value) {
    total(name, help, of(value));
  }

  private static Function<Status.MemberRow, @Nullable Number> of(
      ToLongFunction<ServerCounters> value) {
    return row -> row.counters() == null ? null : value.applyAsLong(row.counters());
  }

  private void total(String name, String help, Function<Status.MemberRow, @Nullable Number> value) {
    var counter = counter(name, help);
    add(counter, name, "", value);
    all.metricSnapshot(counter.build());
  }

  private static CounterSnapshot.Builder counter(String name, String help) {
    return CounterSnapshot.builder().name("rollcall_member_" + name).help(help);
  }

  /**
   * Adds a data point for each series with a known value.
   *
   * @param code the label, empty for none
   */
  private void add(
      CounterSnapshot.Builder counter,
      String name,
      String code,
      Function<Status.MemberRow, @Nullable Number> value) {
    for (MemberSeries one : series) {
      double sum = one.sum(value);
      if (!Double.isNaN(sum)) {
        String pool = one.pool().backend();
        var labels = Labels.of("pool", pool, "member", one.member());
        counter.dataPoint(
            CounterDataPointSnapshot.builder()
                .value(one.others() ? sums.next(sum, name, pool, code) : sum)
                .labels(code.isEmpty() ? labels : labels.add("code", code))
                .build());
      }
    }
  }
}
