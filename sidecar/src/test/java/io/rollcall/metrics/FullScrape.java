package io.rollcall.metrics;

import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.MemberState;
import io.rollcall.core.status.AlertDelivery;
import io.rollcall.core.status.Status;
import io.rollcall.http.Samples;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/** All that the sidecar exports, of a pool with a member in each state. */
final class FullScrape {
  private FullScrape() {}

  static String text() {
    Status.MemberRow[] rows =
        Arrays.stream(MemberState.values())
            .map(state -> Samples.row(state.name(), state))
            .toArray(Status.MemberRow[]::new);
    try (var metrics = new PrometheusMetrics(rows.length)) {
      metrics.holdBelow(Map.of("nodes", 0.5));
      metrics.planned(Duration.ofMillis(3));
      metrics.commandAnswered("show stat", Duration.ofMillis(2));
      metrics.eventRecorded(EventKind.FAILED);
      metrics.firstRequest(Duration.ofMillis(700));
      return metrics.scrape(Samples.status(rows), new AlertDelivery(Map.of("mail", 2L), 3));
    }
  }
}
