package io.rollcall.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** One subject over time: each character is a second, {@code x} it fails, {@code .} it is well. */
class IncidentTest {
  private static final Instant BEGIN = Instant.parse("2026-11-22T10:00:00Z");

  private Incident watch = Incident.begun(BEGIN);
  private Instant now = BEGIN;
  private int incidents;
  private AlertKey subject = new AlertKey(AlertKind.MEMBER, "nodes", "s1");
  private final List<String> told = new ArrayList<>();
  private final List<Long> toldAt = new ArrayList<>();

  private void pass(String seconds) {
    seconds.chars().forEach(second -> look(second == 'x'));
  }

  private void look(boolean fails) {
    Finding finding = fails ? new Finding("down", "L4CON") : null;
    Incident.IncidentUpdate turn =
        watch.next(subject.kind(), finding, now, AlertTimings.STANDARD, "i" + incidents);
    if (turn.word() != null) {
      incidents++;
      long second = now.getEpochSecond() - BEGIN.getEpochSecond();
      told.add(turn.word() + " at " + second);
      toldAt.add(second);
    }
    watch = turn.watch();
    now = now.plusSeconds(1);
  }

  private void tells(String... expected) {
    assertEquals(List.of(expected), told);
  }

  @Test
  void saysNothingOfWhatIsShorterThanItsDelay() {
    pass("xxxxxxxxx" + ".".repeat(2000));
    tells();
    assertTrue(watch.forgettable());
  }

  @Test
  void tellsATroubleAfterItsDelayAndItsEndOnceItSettled() {
    pass("..." + "x".repeat(252) + ".".repeat(30));
    tells("FAILED at 13", "BACK at 270");
  }

  @Test
  void tellsTheEndOnceThoughItFailsAgainMeanwhile() {
    pass("x".repeat(20) + "...." + "x" + ".".repeat(30));
    tells("FAILED at 10", "BACK at 40");
  }

  @Test
  void isMorePatientInTheQuietPeriod() {
    pass("x".repeat(20) + ".".repeat(30) + "x".repeat(59) + ".".repeat(30));
    tells("FAILED at 10", "BACK at 35");
  }

  @Test
  void tellsInTheQuietPeriodWhatLastsAndTheEndOnceTheHourAllowsIt() {
    pass("x".repeat(20) + ".".repeat(30) + "x".repeat(70) + ".".repeat(3600));
    tells("FAILED at 10", "BACK at 35", "FLAPS at 110", "CALM at 3635");
  }

  @Test
  void callsItFlappingAtTheThirdFallAndSaysWhenThatIsOver() {
    pass("x.".repeat(50) + ".".repeat(700));
    tells("FLAPS at 4", "CALM at 699");
  }

  @Test
  void tellsAnewOnceTheQuietPeriodIsOver() {
    pass("x".repeat(20) + ".".repeat(3620) + "x".repeat(20) + ".".repeat(20));
    tells("FAILED at 10", "BACK at 35", "FAILED at 3650", "BACK at 3675");
  }

  /** However long each failure and each pause lasts. */
  @Property(tries = 200)
  void tellsWhateverFlapsThreeTimesAnHour(
      @ForAll @Size(50) List<@IntRange(min = 1, max = 70) Integer> down,
      @ForAll @Size(50) List<@IntRange(min = 1, max = 2000) Integer> up) {
    for (int i = 0; i < 50; i++) {
      pass("x".repeat(down.get(i)) + ".".repeat(up.get(i)));
    }
    for (int third = 3; third < toldAt.size(); third++) {
      long hour = toldAt.get(third) - toldAt.get(third - 3);
      assertTrue(hour >= 3600, told::toString);
    }
  }

  @Test
  void tellsFiftyFlapsInThreeMails() {
    for (int i = 0; i < 50; i++) {
      pass("x".repeat(20) + ".".repeat(50));
    }
    tells("FAILED at 10", "BACK at 35", "FLAPS at 140");
  }

  @Test
  void tellsAPoolThatIsEmptyAgainAtOnce() {
    subject = new AlertKey(AlertKind.EMPTY, "nodes", null);
    pass("x".repeat(20) + ".".repeat(620) + "x".repeat(20));
    tells("FAILED at 0", "BACK at 35", "FLAPS at 640");
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
    for (String word : told) {
      if (word.startsWith("FAILED")) {
        open++;
      } else if (word.startsWith("FLAPS")) {
        open = 1;
      } else {
        open--;
      }
      assertTrue(open == 0 || open == 1, told::toString);
    }
    assertEquals(0, open, told::toString);
    assertTrue(watch.forgettable());
  }
}
