package io.rollcall.core.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.control.ReadinessProbes.Answer;
import io.rollcall.core.control.ReadinessProbes.Probe;
import io.rollcall.core.model.BackendReport;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Readiness;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.model.ServerReport;
import io.rollcall.core.model.ServerReport.CheckResult;
import io.rollcall.core.model.ServerSpec;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whether a prepared member joins, waits for its application, or joins behind the check. */
final class ReadinessProbesTest {
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final Endpoint AT = Endpoint.of("10.0.0.7", 3000);
  private static final Readiness HEALTH = Readiness.http("", "/health");
  private static final SlotId SLOT = new SlotId("nodes", "slot1");

  @Test
  void keepsTheCheckBackForAQuarterOfASecond() {
    var probes = asked("b1", NOW);
    assertEquals(Map.of(AT, HEALTH), probes.asked());
    assertEquals(Set.of(AT), probes.awaited(NOW.plusMillis(249)));
    assertEquals(List.of(NOW.plusMillis(250)), probes.dueAt().toList());
    assertEquals(Set.of(), probes.awaited(NOW.plusMillis(250)));
    assertEquals(Set.of(), probes.ready(NOW));
  }

  @Test
  void doesNotWaitAnewForAnAnswerThatCameTooEarlyForASlowCycle() {
    var probes = asked("b1", NOW);
    for (int second = 1; second <= 3; second++) {
      Instant now = NOW.plusSeconds(second);
      probes = probes.answered(AT, true, now.minusMillis(1000)).of(wanted("b1", now), now);
      assertEquals(Map.of(AT, HEALTH), probes.asked());
      assertEquals(Set.of(), probes.awaited(now));
    }
  }

  @Test
  void countsReadinessForASecondAndThenAsksAgain() {
    var ready = asked("b1", NOW).answered(AT, true, NOW);
    assertEquals(Map.of(), ready.asked());
    assertEquals(Set.of(AT), ready.ready(NOW.plusMillis(999)));
    Instant later = NOW.plusSeconds(1);
    assertEquals(Set.of(), ready.ready(later));
    assertEquals(Map.of(AT, HEALTH), ready.of(wanted("b1", later), later).asked());
  }

  @Test
  void doesNotWaitAfterAnotherAnswer() {
    var other = asked("b1", NOW).answered(AT, false, NOW);
    assertEquals(Set.of(), other.awaited(NOW));
    assertEquals(Set.of(), other.ready(NOW));
    assertEquals(other, other.of(wanted("b1", NOW.plusSeconds(5)), NOW.plusSeconds(5)));
  }

  @Test
  void asksAnotherRunOfTheApplicationAnew() {
    var ready = asked("b1", NOW).answered(AT, true, NOW);
    assertEquals(Map.of(AT, HEALTH), ready.of(wanted("b2", NOW), NOW).asked());
    assertEquals(ReadinessProbes.NONE, ready.of(Map.of(), NOW));
  }

  @Test
  void sendsHttpToNobodyWhoDoesNotSpeakIt() {
    assertEquals(Set.of(AT), asked(HEALTH, "http", false));
    assertEquals(Set.of(), asked(HEALTH, "tcp", false));
    assertEquals(Set.of(), asked(HEALTH, "http", true));
    assertEquals(Set.of(AT), asked(Readiness.TCP, "tcp", true));
    assertEquals(Set.of(), asked(Readiness.OFF, "http", false));
  }

  private static ReadinessProbes asked(String boot, Instant now) {
    return ReadinessProbes.NONE.of(wanted(boot, now), now);
  }

  private static Map<Endpoint, Probe> wanted(String boot, Instant now) {
    return Map.of(AT, new Probe(HEALTH, boot, Answer.NONE_YET, now, now));
  }

  /** Whom a pool asks, in this mode, with a prepared member. */
  private static Set<Endpoint> asked(Readiness how, String mode, boolean ssl) {
    var policy =
        new PoolPolicy(
                "nodes",
                Map.of("role", "backend"),
                3000,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                0.5,
                0,
                "check")
            .with(how);
    var report =
        new ServerReport("MAINT", 1, 0, 14, 0, CheckResult.NONE, CheckResult.NONE, ssl, null);
    var slot = new Slot(SLOT, 1, AT, Slot.Admin.MAINT, false, 100, "", null, report);
    var info = new HaproxyInfo("2.6.12", 7, 100, false, 0, 0);
    var backend = new BackendReport("UP", "roundrobin", mode, "", 0, null);
    var snapshot =
        new Snapshot(
            true,
            Set.of(),
            info,
            Map.of("nodes", List.of(slot)),
            List.of(),
            Map.of("nodes", backend),
            List.of(),
            List.of());
    var occupants = new TreeMap<SlotId, Occupant>();
    occupants.put(SLOT, Occupant.assigned("m1", new ServerSpec(AT, "b1", 100, 0), NOW));
    PoolState none = PoolState.EMPTY;
    var next = new ReactionBuilder(State.initial(NOW), NOW);
    next.haproxy = next.haproxy.read(snapshot, Map.of(), NOW);
    next.saved =
        SavedState.EMPTY.with(
            "nodes",
            new PoolState(
                occupants,
                none.intents(),
                none.waiting(),
                none.known(),
                none.held(),
                none.released(),
                0,
                0));
    return ReadinessProbes.wanted(List.of(), next, List.of(policy)).keySet();
  }
}
