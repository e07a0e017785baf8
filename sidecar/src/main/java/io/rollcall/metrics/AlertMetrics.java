package io.rollcall.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.rollcall.core.status.AlertDelivery;

/** The delivery of alerts as metrics. */
final class AlertMetrics {
  private AlertMetrics() {}

  static void add(MetricSnapshots.Builder all, AlertDelivery delivery) {
    var undelivered =
        GaugeSnapshot.builder()
            .name("rollcall_alerts_undelivered")
            .help("Notifications that the receiver of the channel has not accepted yet");
    delivery
        .undelivered()
        .forEach((channel, count) ->
            undelivered.dataPoint(
                GaugeDataPointSnapshot.builder()
                    .value((double) count)
                    .labels(Labels.of("channel", channel))
                    .build()));
    all.metricSnapshot(undelivered.build());
    all.metricSnapshot(
        CounterSnapshot.builder()
            .name("rollcall_alerts_dropped")
            .help("Notifications that were given up, of all channels")
            .dataPoint(
                CounterDataPointSnapshot.builder().value((double) delivery.dropped()).build())
            .build());
  }
}
