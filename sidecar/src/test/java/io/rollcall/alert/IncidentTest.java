package io.rollcall.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** One key over time: each character is a second, {@code x} failing, {@code .} healthy. */
class IncidentTest {
  private static final Instant BEGIN = Instant.parse("2026-11-22T10:00:00Z");

  private Incident incident = Incident.healthy(BEGIN);
  private Instant now = BEGIN;
  private int ids;
  private AlertKey key = new AlertKey(AlertKind.MEMBER, "nodes", "s1");
  private final List<String> alerts = new ArrayList<>();
  private final List<Long> alertedAt = new ArrayList<>();

  private void pass(String seconds) {
    seconds.chars().forEach(second -> look(second == 'x'));
  }

  private void look(boolean fails) {
    Finding finding = fails ? new Finding("down", "L4CON") : null;
    Incident.IncidentUpdate update =
        incident.next(key.kind(), finding, now, AlertTimings.STANDARD, "i" + ids);
    if (update.alert() != null) {
      ids++;
      long second = now.getEpochSecond() - BEGIN.getEpochSecond();
      alerts.add(update.alert() + " at " + second);
      alertedAt.add(second);
    }
    incident = update.incident();
    now = now.plusSeconds(1);
  }

  private void assertAlerts(String... expected) {
    assertEquals(List.of(expected), alerts);
  }

  @Test
  void ignoresAFailureShorterThanItsDelay() {
    pass("xxxxxxxxx" + ".".repeat(2000));
    assertAlerts();
    assertTrue(incident.forgettable());
  }

  @Test
  void reportsAFailureAfterItsDelayAndItsRecoveryAfterTheRecoveryDelay() {
    pass("..." + "x".repeat(252) + ".".repeat(30));
    assertAlerts("FAILED at 13", "RECOVERED at 270");
  }

  @Test
  void reportsOneRecoveryIfItFailsAgainBefore() {
    pass("x".repeat(20) + "...." + "x" + ".".repeat(30));
    assertAlerts("FAILED at 10", "RECOVERED at 40");
  }

  @Test
  void waitsLongerInTheQuietPeriod() {
    pass("x".repeat(20) + ".".repeat(30) + "x".repeat(59) + ".".repeat(30));
    assertAlerts("FAILED at 10", "RECOVERED at 35");
  }

  @Test
  void reportsALastingFailureInTheQuietPeriodAndItsEndAfterIt() {
    pass("x".repeat(20) + ".".repeat(30) + "x".repeat(70) + ".".repeat(3600));
    assertAlerts("FAILED at 10", "RECOVERED at 35", "FLAPPING at 110", "STABLE at 3635");
  }

  @Test
  void reportsFlappingAtTheThirdFailureAndWhenItIsStable() {
    pass("x.".repeat(50) + ".".repeat(700));
    assertAlerts("FLAPPING at 4", "STABLE at 699");
  }

  @Test
  void startsANewIncidentAfterTheQuietPeriod() {
    pass("x".repeat(20) + ".".repeat(3620) + "x".repeat(20) + ".".repeat(20));
    assertAlerts("FAILED at 10", "RECOVERED at 35", "FAILED at 3650", "RECOVERED at 3675");
  }

  /** However long each failure and each pause lasts. */
  @Property(tries = 200)
  void sendsThreeAlertsAnHourAtMost(
      @ForAll @Size(50) List<@IntRange(min = 1, max = 70) Integer> down,
      @ForAll @Size(50) List<@IntRange(min = 1, max = 2000) Integer> up) {
    for (int i = 0; i < 50; i++) {
      pass("x".repeat(down.get(i)) + ".".repeat(up.get(i)));
    }
    for (int third = 3; third < alertedAt.size(); third++) {
      long hour = alertedAt.get(third) - alertedAt.get(third - 3);
      assertTrue(hour >= 3600, alerts::toString);
    }
  }

  @Test
  void reportsFlappingOfANotifiedIncidentAtTheThirdFailure() {
    pass("x".repeat(20) + ".x" + "..x" + ".".repeat(20));
    assertAlerts("FAILED at 10", "FLAPPING at 24");
  }

  @Test
  void dependsOnTheDelayFactor() {
    var slow =
        new AlertTimings(
            2,
            Duration.ofSeconds(15),
            Duration.ofHours(1),
            Duration.ofMinutes(1),
            3,
            Duration.ofMinutes(10),
            Duration.ofMinutes(10),
            Duration.ofSeconds(3),
            20);
    assertEquals(Duration.ofSeconds(20), slow.delay(AlertKind.MEMBER));
    assertEquals(Duration.ofMinutes(1), slow.quietDelay(AlertKind.MEMBER));
    assertEquals(Duration.ZERO, slow.quietDelay(AlertKind.NO_SERVER_UP));
  }

  /** All of its failures are too old by then. */
  @Test
  void continuesAPendingIncidentAfterALongStop() {
    pass("x".repeat(20) + ".".repeat(30) + "x".repeat(5));
    now = now.plus(Duration.ofMinutes(20));
    pass("x");
    assertAlerts("FAILED at 10", "RECOVERED at 35", "FLAPPING at 1255");
    assertEquals(BEGIN.plusSeconds(50), incident.since());
  }

  @Test
  void beginsFlappingWithTheFirstOfItsFailures() {
    pass("..x..x..x");
    assertAlerts("FLAPPING at 8");
    assertEquals(BEGIN.plusSeconds(2), incident.since());
  }

  @Test
  void limitsTheFailuresThatItRemembers() {
    pass("x.".repeat(1100));
    assertEquals(1000, incident.failures().size());
    assertEquals(BEGIN, incident.failures().getFirst());
    assertEquals(BEGIN.plusSeconds(2198), incident.failures().getLast());
  }

  @Test
  void reportsFiftyFailuresInThreeAlerts() {
    for (int i = 0; i < 50; i++) {
      pass("x".repeat(20) + ".".repeat(50));
    }
    assertAlerts("FAILED at 10", "RECOVERED at 35", "FLAPPING at 140");
  }

  @Test
  void reportsAPoolWithoutAServerAgainAtOnce() {
    key = new AlertKey(AlertKind.NO_SERVER_UP, "nodes", null);
    pass("x".repeat(20) + ".".repeat(620) + "x".repeat(20));
    assertAlerts("FAILED at 0", "RECOVERED at 35", "FLAPPING at 640");
  }

  @Property(tries = 200)
  void endsEveryIncidentExactlyOnce(
      @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 1, max = 2000) Integer> lengths) {
    boolean fails = true;
    for (int length : lengths) {
      pass((fails ? "x" : ".").repeat(length));
      fails = !fails;
    }
    pass(".".repeat(8000));
    int open = 0;
    for (String word : alerts) {
      if (word.startsWith("FAILED")) {
        open++;
      } else if (word.startsWith("FLAPPING")) {
        open = 1;
      } else {
        open--;
      }
      assertTrue(open == 0 || open == 1, alerts::toString);
    }
    assertEquals(0, open, alerts::toString);
    assertTrue(incident.forgettable());
  }
}
