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
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Many subjects over time: what comes together, what comes at once, what is withheld. */
class AlertPolicyTest {
  private static final Finding DOWN = new Finding("down", "L4CON");

  private AlertState state = AlertState.EMPTY;
  private Instant now = Instant.parse("2026-11-22T10:00:00Z");
  private final List<Notification> letters = new ArrayList<>();

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
    Arrays.stream(wrong).forEach(subject -> found.put(subject, DOWN));
    for (int i = 0; i < seconds; i++) {
      look(new Findings(found, Map.of(), Set.of(), Set.of()), drift);
    }
  }

  private void look(Findings findings, long drift) {
    look(findings, Map.of("nodes", drift));
  }

  private void look(Findings findings, Map<String, Long> drifts) {
    var turn = AlertPolicy.turn(state, findings, drifts, now, AlertTimings.STANDARD);
    state = turn.state();
    if (turn.letter() != null) {
      letters.add(turn.letter());
    }
    now = now.plusSeconds(1);
  }

  private @Nullable String told(int letter) {
    return letters.size() <= letter
        ? null
        : letters.get(letter).alerts().stream()
            .map(
                alert -> alert.subject().kind() + " " + alert.subject().name() + " " + alert.word())
            .toList()
            .toString();
  }

  @Test
  void bringsTogetherWhatFailsTogether() {
    pass(20, member(1), member(2), member(3));
    pass(30);
    assertEquals("[MEMBER s1 FAILED, MEMBER s2 FAILED, MEMBER s3 FAILED]", told(0));
    assertEquals("[MEMBER s1 BACK, MEMBER s2 BACK, MEMBER s3 BACK]", told(1));
    assertNull(told(2));
    assertEquals(List.of(letters.get(0).id()), letters.get(1).replies());
  }

  @Test
  void tellsAnEmptyPoolAtOnce() {
    pass(1, pool(AlertKind.EMPTY), member(1));
    assertEquals("[EMPTY null FAILED]", told(0));
    pass(20, pool(AlertKind.EMPTY), member(1));
    assertEquals("[MEMBER s1 FAILED]", told(1));
  }

  @Test
  void withholdsWhatIsOverTheCapAndSaysHowMany() {
    for (int n = 1; n <= 30; n++) {
      pass(20, member(n));
      pass(20);
    }
    assertEquals(20, letters.size());
    pass(4000);
    assertEquals(21, letters.size());
    assertEquals(40, letters.getLast().withheld() + letters.getLast().alerts().size());
    assertEquals(Map.of(), state.threads());
    pass(4000);
    assertEquals(21, letters.size());
  }

  @Test
  void tellsAnEmptyPoolThoughTheCapIsReached() {
    for (int n = 1; n <= 12; n++) {
      pass(20, member(n));
      pass(20);
    }
    pass(1, pool(AlertKind.EMPTY));
    assertEquals(21, letters.size());
  }

  @Test
  void keepsAnIncidentAsItIsWhileNothingIsKnownOfIt() {
    pass(20, pool(AlertKind.EMPTY));
    for (int i = 0; i < 100; i++) {
      look(new Findings(new TreeMap<>(), Map.of(), Set.of(), Set.of(pool(AlertKind.EMPTY))), 0);
    }
    assertNull(told(1));
    pass(20);
    assertEquals("[EMPTY null BACK]", told(1));
  }

  @Test
  void callsNobodyBackWhoIsNoLongerInThePool() {
    pass(20, member(1));
    pass(20);
    assertEquals(Alert.GONE, letters.getLast().alerts().getFirst().state());
  }

  @Test
  void keepsAnIncidentAsItIsWhileNothingIsKnownOfThePool() {
    pass(20, member(1));
    for (int i = 0; i < 100; i++) {
      look(new Findings(new TreeMap<>(), Map.of(), Set.of("nodes"), Set.of()), 0);
    }
    assertEquals(1, letters.size());
    pass(20);
    assertEquals("[MEMBER s1 BACK]", told(1));
  }

  @Test
  void tellsRepeatedDriftOnceAndItsEnd() {
    pass(5, 7);
    pass(5, 8);
    pass(5, 9);
    assertNull(told(0));
    pass(300, 10);
    assertEquals("[DRIFT null FAILED]", told(0));
    Alert drift = letters.getFirst().alerts().getFirst();
    assertEquals("drifts", drift.state());
    assertEquals("changed by hand and put right 3 times in 10 min", drift.why());
    pass(700, 10);
    assertEquals("[DRIFT null BACK]", told(1));
    assertNull(told(2));
  }

  @Test
  void remembersDriftOverARestartInWhichNoPoolIsReadYet() {
    pass(5, 7);
    pass(5, 8);
    pass(5, 9);
    pass(100, 10);
    for (int i = 0; i < 30; i++) {
      look(new Findings(new TreeMap<>(), Map.of(), Set.of("nodes"), Set.of()), Map.of());
    }
    pass(100, 10);
    assertEquals(1, letters.size(), "it is not over yet");
    pass(700, 10);
    assertEquals("[DRIFT null BACK]", told(1));
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
  void tellsHowLongAnIncidentLasted() {
    pass(252, member(1));
    pass(30);
    Alert back = letters.getLast().alerts().getFirst();
    assertEquals(252, back.until().getEpochSecond() - back.since().getEpochSecond());
    assertNotNull(back.incident());
  }

  @Test
  void forgetsWhatIsOver() {
    pass(20, member(1), pool(AlertKind.LOW));
    pass(3700);
    assertEquals(Map.of(), state.watches());
    assertEquals(Map.of(), state.threads());
    assertEquals(List.of(), state.desk().sent());
  }
}
