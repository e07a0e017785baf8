package io.rollcall.metrics;

import static io.rollcall.http.Samples.S1;
import static io.rollcall.http.Samples.S2;
import static io.rollcall.http.Samples.UNKNOWN;
import static io.rollcall.http.Samples.row;
import static io.rollcall.http.Samples.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.MemberState;
import io.rollcall.core.status.AlertDelivery;
import io.rollcall.core.status.Status;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PrometheusMetricsTest {
  private final PrometheusMetrics metrics = new PrometheusMetrics(2);

  @AfterEach
  void close() {
    metrics.close();
  }

  private String scrape(Status.MemberRow... rows) {
    return metrics.scrape(status(rows), AlertDelivery.NONE);
  }

  private static void assertLine(String line, String text) {
    assertTrue(text.lines().anyMatch(line::equals), () -> line + " is not in\n" + text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rollcall_up{source=\"haproxy\"} 1.0",
        "rollcall_state{state=\"in-sync\"} 1.0",
        "rollcall_state{state=\"degraded\"} 0.0",
        "rollcall_serf_members{gossip=\"alive\"} 3.0",
        "rollcall_haproxy_restarts_total 0.0",
        "rollcall_haproxy_reloads_total 0.0",
        "rollcall_pool_slots_free{pool=\"nodes\"} 62.0",
        "rollcall_pool_members{pool=\"nodes\",state=\"serving\"} 1.0",
        "rollcall_pool_members{pool=\"nodes\",state=\"down\"} 0.0",
        "rollcall_pool_held{pool=\"nodes\"} 0.0",
        "rollcall_drift_found_total{pool=\"nodes\"} 0.0",
        "rollcall_member_serving{member=\"s1\",pool=\"nodes\"} 1.0",
        "rollcall_member_serving{member=\"new\",pool=\"nodes\"} 0.0",
        "rollcall_member_sessions_sticky{member=\"s1\",pool=\"nodes\"} 12.0",
        "rollcall_member_request_rate{member=\"s1\",pool=\"nodes\"} 7.0",
        "rollcall_member_errors_total{member=\"s1\",pool=\"nodes\"} 0.0",
      })
  void showsTheStatus(String line) {
    assertLine(line, scrape(S1, UNKNOWN));
  }

  @Test
  void showsWhatIsToldAsItHappens() {
    metrics.planned(Duration.ofMillis(3));
    metrics.applied(4, Duration.ofMillis(30));
    metrics.commandAnswered("show stat", Duration.ofNanos(1_500_000));
    metrics.linesRead(5, 2);
    metrics.memberListRead();
    metrics.sessionsCounted(Duration.ofMillis(1));
    metrics.streams(6);
    metrics.logLinesDropped(7);
    String text = scrape(S1);
    assertLine("rollcall_plan_seconds_count 1", text);
    assertLine("rollcall_steps_total 4.0", text);
    assertLine(
        "rollcall_haproxy_command_seconds_bucket{command=\"show stat\",le=\"0.001\"} 0", text);
    assertLine(
        "rollcall_haproxy_command_seconds_bucket{command=\"show stat\",le=\"0.002\"} 1", text);
    assertLine("rollcall_pipe_lines_total 5.0", text);
    assertLine("rollcall_pipe_malformed_lines_total 2.0", text);
    assertLine("rollcall_serf_resyncs_total 1.0", text);
    assertLine("rollcall_session_count_seconds_count 1", text);
    assertLine("rollcall_streams 6.0", text);
    assertLine("rollcall_log_lines_dropped_total 7.0", text);
    assertTrue(text.contains("jvm_memory_used_bytes{"), text);
  }

  @Test
  void forgetsAMemberThatIsGone() {
    assertTrue(scrape(S1, UNKNOWN).contains("member=\"new\""));
    assertFalse(scrape(S1).contains("member=\"new\""));
  }

  @Test
  void sumsTheMembersBeyondTheLimit() {
    String text = scrape(row("s4", MemberState.DOWN), S2, S1, row("s3", MemberState.SERVING));
    assertLine("rollcall_member_serving{member=\"s2\",pool=\"nodes\"} 1.0", text);
    assertLine("rollcall_member_serving{member=\"(others)\",pool=\"nodes\"} 1.0", text);
    assertLine(
        "rollcall_member_responses_total{code=\"2xx\",member=\"(others)\",pool=\"nodes\"} 600.0",
        text);
    assertFalse(text.contains("member=\"s3\""), text);
    assertTrue(text.contains("rollcall_member_problem{member=\"s4\""), "an alert names it");
    assertFalse(text.contains("rollcall_member_check_seconds{member=\"(others)\""), "no average");
  }

  @Test
  void aSumOfCountersDoesNotFallWhenAMemberGoes() {
    Status.MemberRow s3 = row("s3", MemberState.SERVING);
    String total = "rollcall_member_retries_total{member=\"(others)\",pool=\"nodes\"} 10.0";
    assertLine(total, scrape(S1, S2, s3, row("s4", MemberState.SERVING)));
    assertLine(total, scrape(S1, S2, s3));
  }

  @Test
  void leavesOutWhatIsNotKnown() {
    assertFalse(scrape(UNKNOWN).contains("rollcall_member_weight{"), "no weight is known");
  }

  @Test
  void showsAHostileNameAsText() {
    String name = "<script>\"\\\n\u202e";
    String text = scrape(row(name, MemberState.SERVING, Map.of()));
    assertLine(
        "rollcall_member_serving{member=\"<script>\\\"\\\\\\\\u{a}\\\\u{202e}\",pool=\"nodes\"} 1.0"
            .replace("\\\\\\\\u", "\\\\\\\\u"),
        text);
    assertEquals(0, text.lines().filter(line -> line.startsWith("\u202e")).count());
  }
}
