package io.rollcall.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Many keys over time: what comes together, what comes at once, what is withheld. */
class AlertPolicyTest {
  private static final Finding DOWN = new Finding("down", "L4CON");

  private AlertState state = AlertState.EMPTY;
  private Instant now = Instant.parse("2026-11-22T10:00:00Z");
  private final List<Notification> notifications = new ArrayList<>();

  private static AlertKey member(int n) {
    return new AlertKey(AlertKind.MEMBER, "nodes", "s" + n);
  }

  private static AlertKey pool(AlertKind kind) {
    return new AlertKey(kind, "nodes", null);
  }

  private void pass(int seconds, AlertKey... wrong) {
    pass(seconds, 0, wrong);
  }

  private void pass(int seconds, long drift, AlertKey... wrong) {
    var found = new TreeMap<AlertKey, Finding>();
    Arrays.stream(wrong).forEach(key -> found.put(key, DOWN));
    for (int i = 0; i < seconds; i++) {
      look(findings(found), drift);
    }
  }

  /** All other keys of the test are healthy, but those of s9, which left. */
  private static Findings findings(SortedMap<AlertKey, Finding> failing) {
    var healthy = new TreeMap<AlertKey, Resolution>();
    for (AlertKind kind : AlertKind.values()) {
      healthy.put(pool(kind), Resolution.recovered("healthy"));
    }
    for (int n = 1; n <= 30; n++) {
      healthy.put(member(n), Resolution.recovered("serving"));
    }
    healthy.put(member(9), Resolution.outOfService("left as planned"));
    return new Findings(failing, healthy, Set.of(), Set.of());
  }

  private void look(Findings findings, long drift) {
    look(findings, Map.of("nodes", drift));
  }

  private void look(Findings findings, Map<String, Long> drifts) {
    var decision = AlertPolicy.evaluate(state, findings, drifts, now, AlertTimings.STANDARD);
    state = decision.state();
    if (decision.notification() != null) {
      notifications.add(decision.notification());
    }
    now = now.plusSeconds(1);
  }

  private @Nullable String alerts(int index) {
    return notifications.size() <= index
        ? null
        : notifications.get(index).alerts().stream()
            .map(alert -> alert.key().kind() + " " + alert.key().name() + " " + alert.type())
            .toList()
            .toString();
  }

  @Test
  void sendsAlertsOfTheSameTimeTogether() {
    pass(20, member(1), member(2), member(3));
    pass(30);
    assertEquals("[MEMBER s1 FAILED, MEMBER s2 FAILED, MEMBER s3 FAILED]", alerts(0));
    assertEquals("[MEMBER s1 RECOVERED, MEMBER s2 RECOVERED, MEMBER s3 RECOVERED]", alerts(1));
    assertNull(alerts(2));
    assertEquals(List.of(notifications.get(0).id()), notifications.get(1).replyTo());
  }

  @Test
  void sendsAPoolWithoutAServerAtOnce() {
    pass(1, pool(AlertKind.NO_SERVER_UP), member(1));
    assertEquals("[NO_SERVER_UP null FAILED]", alerts(0));
    pass(20, pool(AlertKind.NO_SERVER_UP), member(1));
    assertEquals("[MEMBER s1 FAILED]", alerts(1));
  }

  @Test
  void withholdsAlertsOverTheHourlyLimitAndCountsThem() {
    for (int n = 1; n <= 30; n++) {
      pass(20, member(n));
      pass(20);
    }
    assertEquals(20, notifications.size());
    pass(4000);
    assertEquals(21, notifications.size());
    assertEquals(40, notifications.getLast().withheld() + notifications.getLast().alerts().size());
    assertEquals(Map.of(), state.threads());
    pass(4000);
    assertEquals(21, notifications.size());
  }

  @Test
  void sendsAPoolWithoutAServerOverTheHourlyLimit() {
    for (int n = 1; n <= 12; n++) {
      pass(20, member(n));
      pass(20);
    }
    pass(1, pool(AlertKind.NO_SERVER_UP));
    assertEquals(21, notifications.size());
  }

  @Test
  void keepsAnIncidentWhileItsStateIsUnknown() {
    pass(20, pool(AlertKind.NO_SERVER_UP));
    for (int i = 0; i < 100; i++) {
      look(
          new Findings(new TreeMap<>(), Map.of(), Set.of(), Set.of(pool(AlertKind.NO_SERVER_UP))),
          0);
    }
    assertNull(alerts(1));
    pass(20);
    assertEquals("[NO_SERVER_UP null RECOVERED]", alerts(1));
  }

  @Test
  void tellsARecoveryFromAPlannedLeave() {
    pass(20, member(1), member(9), member(31));
    pass(20);
    assertEquals(
        "[MEMBER s1 RECOVERED, MEMBER s31 OUT_OF_SERVICE, MEMBER s9 OUT_OF_SERVICE]", alerts(1));
    List<Alert> ended = notifications.getLast().alerts();
    assertEquals("serving", ended.get(0).state());
    assertEquals("no longer in the pool", ended.get(1).state());
    assertEquals("left as planned", ended.get(2).state());
  }

  @Test
  void keepsAnIncidentWhileItsPoolIsUnread() {
    pass(20, member(1));
    for (int i = 0; i < 100; i++) {
      look(new Findings(new TreeMap<>(), Map.of(), Set.of("nodes"), Set.of()), 0);
    }
    assertEquals(1, notifications.size());
    pass(20);
    assertEquals("[MEMBER s1 RECOVERED]", alerts(1));
  }

  @Test
  void reportsRepeatedDriftOnceAndItsEnd() {
    pass(5, 7);
    pass(5, 8);
    pass(5, 9);
    assertNull(alerts(0));
    pass(300, 10);
    assertEquals("[DRIFT null FAILED]", alerts(0));
    Alert drift = notifications.getFirst().alerts().getFirst();
    assertEquals("repeated drift", drift.state());
    assertEquals("changed outside Rollcall and repaired 3 times in 10 min", drift.cause());
    pass(700, 10);
    assertEquals("[DRIFT null RECOVERED]", alerts(1));
    assertNull(alerts(2));
  }

  @Test
  void keepsDriftWhileNoPoolIsReadAfterARestart() {
    pass(5, 7);
    pass(5, 8);
    pass(5, 9);
    pass(100, 10);
    for (int i = 0; i < 30; i++) {
      look(new Findings(new TreeMap<>(), Map.of(), Set.of("nodes"), Set.of()), Map.of());
    }
    pass(100, 10);
    assertEquals(1, notifications.size(), "it is not over yet");
    pass(700, 10);
    assertEquals("[DRIFT null RECOVERED]", alerts(1));
  }

  @Test
  void forgetsTheDriftOfAPoolThatIsNoLongerConfigured() {
    pass(5, 7);
    pass(5, 8);
    for (int i = 0; i < 700; i++) {
      look(new Findings(new TreeMap<>(), Map.of(), Set.of(), Set.of()), Map.of());
    }
    assertEquals(Map.of(), state.drifts());
  }

  @Test
  void reportsHowLongAnIncidentLasted() {
    pass(252, member(1));
    pass(30);
    Alert back = notifications.getLast().alerts().getFirst();
    assertEquals(252, back.until().getEpochSecond() - back.since().getEpochSecond());
    assertNotNull(back.incidentId());
  }

  @Test
  void forgetsIncidentsThatAreOver() {
    pass(20, member(1), pool(AlertKind.LOW_CAPACITY));
    pass(3700);
    assertEquals(Map.of(), state.incidents());
    assertEquals(Map.of(), state.threads());
    assertEquals(List.of(), state.queue().sentAt());
  }

  @Test
  void putsUrgentAlertsFirstAndEndsLast() {
    pass(20, member(1));
    pass(13);
    pass(1, member(2));
    for (int second = 0; second < 9; second++) {
      pass(1, member(2));
    }
    pass(1, member(2), pool(AlertKind.NO_SERVER_UP));
    assertEquals("[MEMBER s1 FAILED]", alerts(0));
    assertEquals("[MEMBER s1 RECOVERED]", alerts(1));
    Notification last = notifications.getLast();
    assertEquals("[NO_SERVER_UP null FAILED, MEMBER s2 FAILED]", alerts(2), last::toString);
  }

  @Test
  void putsTheEndsOfIncidentsLast() {
    pass(20, member(1));
    pass(5);
    pass(10, member(2), pool(AlertKind.LOW_CAPACITY));
    pass(10, member(2), pool(AlertKind.LOW_CAPACITY));
    assertEquals("[LOW_CAPACITY null FAILED, MEMBER s2 FAILED, MEMBER s1 RECOVERED]", alerts(1));
  }

  @Test
  void numbersEachIncidentAndNotification() {
    pass(20, member(1));
    assertEquals(2, state.nextId());
    assertEquals("m1795341613000-1", notifications.getFirst().id());
    assertEquals("i1795341610000-0", notifications.getFirst().alerts().getFirst().incidentId());
  }

  @Test
  void convertsTheTimesOfANotification() {
    pass(20, member(1));
    Notification first = notifications.getFirst();
    Notification later = first.withTimes(at -> at.plusSeconds(3600));
    Alert before = first.alerts().getFirst();
    Alert after = later.alerts().getFirst();
    assertEquals(before.since().plusSeconds(3600), after.since());
    assertEquals(before.until().plusSeconds(3600), after.until());
    assertEquals(first, later.withTimes(at -> at.minusSeconds(3600)));
  }
}
