package io.rollcall.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.testing.AlertReceiver;
import io.rollcall.testing.AppServer;
import io.rollcall.testing.ConcurrentTest;
import io.rollcall.testing.RealSerf;
import io.rollcall.testing.SeriesRecorder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped alert rules fire on series that were recorded while a real HAProxy, Serf and sidecar
 * went through the event, and on no others.
 */
class RecordedRulesIT {
  private static final Path RULES =
      Path.of("../docs/monitoring/alerts.yml").toAbsolutePath().normalize();
  private static final Pattern METRICS =
      Pattern.compile(
          "rollcall_(up|problems|alerts_\\w+|pool_\\w+|drift_found_total|member_problem"
              + "|member_serving|haproxy_command_seconds_bucket)");
  private static final Duration DETECTED = Duration.ofSeconds(90);

  @TempDir Path folder;
  private Balancer balancer;
  private SeriesRecorder recorder;
  private final Map<String, AppServer> apps = new HashMap<>();
  private final Map<String, RealSerf> agents = new HashMap<>();

  @BeforeEach
  void make() {
    balancer = new Balancer(folder, 8);
    balancer.suspectTimeout(Duration.ofSeconds(10));
  }

  /** Starts with four members; what happens from then on is recorded. */
  private void start() throws Exception {
    balancer.startAll();
    for (String name : List.of("bystander1", "bystander2")) {
      balancer.keep(RealSerf.named(name).join(balancer.agent()).start());
    }
    for (String name : List.of("s1", "s2", "s3", "s4")) {
      backend(name);
      awaitState(name, "serving");
    }
    recorder = new SeriesRecorder(balancer.port(), METRICS);
  }

  @AfterEach
  void end() {
    recorder.close();
    balancer.close();
  }

  private void backend(String name) {
    apps.put(name, balancer.app(name));
    agents.put(name, balancer.backend(name, apps.get(name)));
  }

  private void awaitState(String name, String state) {
    await().atMost(DETECTED).until(() -> balancer.state(name), state::equals);
  }

  /** Asserts, by promtool, that these alerts have fired since the start, and no others. */
  private void assertFired(String... alerts) throws Exception {
    String end = recorder.end().toSeconds() + "s";
    String samples =
        Stream.of(alerts)
            .map(alert -> alert.split(" ", 2))
            .map(alert ->
                "          - {labels: '{alertname=\"Rollcall%s\"%s}', value: 1}%n"
                    .formatted(alert[0], alert.length == 1 ? "" : ",member=\"" + alert[1] + "\""))
            .collect(Collectors.joining());
    Path file =
        Files.writeString(
            folder.resolve("recorded.yml"),
            """
            rule_files: [%s]
            evaluation_interval: 5s
            tests:
              - interval: %ds
                input_series:
            %s    promql_expr_test:
                  - expr: group by (alertname, member) (max_over_time(ALERTS{alertstate="firing"}[10h]))
                    eval_time: %s
                    exp_samples:
            %s\
            """
                .formatted(
                    RULES, SeriesRecorder.STEP.toSeconds(), recorder.series(), end, samples));
    Process promtool =
        new ProcessBuilder("promtool", "test", "rules", file.toString())
            .redirectErrorStream(true)
            .start();
    String printed = new String(promtool.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, promtool.waitFor(), printed);
  }

  @ConcurrentTest
  void fireOnMembersThatFailAndNotOnOnesThatLeave() throws Exception {
    balancer.withoutPipe();
    start();
    agents.get("s4").leave();
    awaitState("s4", "parked");
    recorder.pass(Duration.ofMinutes(2));
    assertFired();
    for (int i = 0; i < 3; i++) {
      apps.get("s3").healthy(false);
      awaitState("s3", "down");
      recorder.pass(Duration.ofSeconds(40));
      apps.get("s3").healthy(true);
      awaitState("s3", "serving");
      recorder.pass(SeriesRecorder.STEP);
    }
    assertFired("MemberDown s3", "MemberFlapping s3");
    agents.get("s2").kill();
    awaitState("s2", "suspect");
    recorder.pass(Duration.ofSeconds(70));
    apps.get("s2").close();
    awaitState("s2", "failed");
    recorder.pass(SeriesRecorder.STEP);
    assertFired("MemberDied s2", "MemberDown s3", "MemberFlapping s3", "MemberSuspect s2");
  }

  @ConcurrentTest
  void fireOnPoolsThatRunOutOfSlotsAndOfMembers() throws Exception {
    balancer.withoutPipe();
    start();
    balancer.keep(balancer.announced("s0", balancer.app("s0")).tag("weight", "heavy").start());
    awaitState("s0", "refused");
    recorder.pass(Duration.ofSeconds(70));
    assertFired("MemberRefused s0");
    for (String name : List.of("s5", "s6", "s7", "s8", "s9")) {
      backend(name);
      awaitState(name, name.equals("s9") ? "waiting" : "serving");
    }
    recorder.pass(Duration.ofMinutes(6));
    var expected =
        new ArrayList<>(
            List.of("FewFreeSlots", "MemberRefused s0", "MemberWaiting s9", "NoFreeSlot"));
    assertFired(expected.toArray(String[]::new));
    for (int i = 1; i <= 8; i++) {
      apps.get("s" + i).healthy(false);
      expected.add("MemberDown s" + i);
    }
    for (int i = 1; i <= 8; i++) {
      awaitState("s" + i, "down");
    }
    recorder.pass(Duration.ofSeconds(40));
    expected.addAll(List.of("PoolBelowFloor", "PoolEmpty"));
    assertFired(expected.toArray(String[]::new));
  }

  @ConcurrentTest
  void fireOnAMemberThatCannotJoinOnDriftAndOnAHeldRemoval() throws Exception {
    balancer.withoutPipe();
    balancer.joinTimeout(Duration.ofSeconds(10));
    start();
    apps.put("s5", balancer.app("s5"));
    apps.get("s5").healthy(false);
    agents.put("s5", balancer.backend("s5", apps.get("s5")));
    awaitState("s5", "joining");
    for (int i = 1; i <= 5; i++) {
      int found = i;
      var _ = balancer.haproxy.cli("set server nodes/slot1 weight 7");
      await()
          .atMost(DETECTED)
          .until(() -> balancer.pool("nodes").at("/drift/found").asInt() >= found);
    }
    await()
        .atMost(DETECTED)
        .until(() -> balancer.row("s5").get("reason").asText().equals("member-not-ready"));
    recorder.pass(SeriesRecorder.STEP);
    assertFired("Drift", "MemberNotReady s5");
    agents.get("s1").kill();
    agents.get("s2").kill();
    awaitState("s1", "failed");
    awaitState("s2", "failed");
    agents.get("s3").kill();
    awaitState("s3", "suspect");
    await().atMost(DETECTED).until(() -> balancer.pool("nodes").get("held").asBoolean());
    recorder.pass(Duration.ofSeconds(70));
    assertFired(
        "Drift",
        "MemberDied s1",
        "MemberDied s2",
        "MemberNotReady s5",
        "MemberSuspect s1",
        "MemberSuspect s2",
        "MemberSuspect s3",
        "RemovalHeld");
  }

  @ConcurrentTest
  void fireOnPartsThatAreAway() throws Exception {
    start();
    // no handler of these agents writes to the pipe
    await().atMost(DETECTED).until(() -> balancer.reasons().contains("pipe"));
    recorder.pass(Duration.ofSeconds(70));
    assertFired("PipeUnreadable");
    balancer.haproxy.kill();
    await().until(() -> !balancer.status().at("/haproxy/reachable").asBoolean());
    recorder.pass(Duration.ofSeconds(40));
    balancer.agent().kill();
    await().atMost(DETECTED).until(() -> !balancer.status().at("/serf/reachable").asBoolean());
    recorder.pass(Duration.ofSeconds(70));
    balancer.stop();
    recorder.pass(Duration.ofSeconds(70));
    assertFired("HaproxyUnreachable", "PipeUnreadable", "SerfUnreachable", "SidecarUnreachable");
  }

  @ConcurrentTest
  void fireOnASlowHaproxyThatRefusesAChangeOnAFullDiskAndOnAlertsThatAreNotDelivered()
      throws Exception {
    balancer.withoutPipe();
    balancer.haproxy.edit("balance roundrobin", "balance static-rr");
    try (var receiver = new AlertReceiver()) {
      receiver.answer(503);
      balancer.webhooks(
          Map.of("busy", receiver.url("webhook"), "wrong", receiver.url("webhook/signed")));
      start();
      agents.get("s4").cli("tags", "-set", "weight=50");
      Files.delete(balancer.haproxy.stateFile());
      Files.createDirectory(balancer.haproxy.stateFile());
      for (String channel : List.of("busy", "wrong")) {
        assertEquals(202, balancer.action("POST", "alerts/" + channel + "/test", "").statusCode());
      }
      await().atMost(DETECTED).until(this::everythingIsWrong);
      slowly(Duration.ofMinutes(11));
    }
    assertFired(
        "AdminSocketSlow", "AlertsDropped", "AlertsUndelivered", "ChangeRefused", "NotSaved");
  }

  private boolean everythingIsWrong() throws Exception {
    String metrics = balancer.get("/metrics").body();
    return Stream.of(
            "rollcall_problems{reason=\"state-file-unwritable\"} 1.0",
            "rollcall_problems{reason=\"step-refused\"} 1.0",
            "rollcall_alerts_undelivered{channel=\"busy\"} 1.0",
            "rollcall_alerts_dropped_total 1.0")
        .allMatch(metrics::contains);
  }

  /** HAProxy gets no processor most of the time while this time passes. */
  private void slowly(Duration time) {
    Duration end = recorder.end().plus(time);
    while (recorder.end().compareTo(end) < 0) {
      balancer.haproxy.freeze();
      recorder.pass(SeriesRecorder.STEP.multipliedBy(6));
      balancer.haproxy.thaw();
      recorder.pass(SeriesRecorder.STEP.multipliedBy(2));
    }
  }
}
