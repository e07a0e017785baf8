package io.rollcall.core.alert;

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
class WatchTest {
  private static final Instant BEGIN = Instant.parse("2026-11-22T10:00:00Z");
  private static final Subject S1 = new Subject(Kind.MEMBER, "nodes", "s1");

  private Watch watch = Watch.begun(BEGIN);
  private Instant now = BEGIN;
  private int incidents;
  private final List<String> told = new ArrayList<>();

  private void pass(String seconds) {
    seconds.chars().forEach(second -> look(second == 'x'));
  }

  private void look(boolean fails) {
    Finding finding = fails ? new Finding("down", "L4CON") : null;
    Watch.Turn turn = watch.next(S1.kind(), finding, now, Times.STANDARD, "i" + incidents);
    if (turn.word() != null) {
      incidents++;
      told.add(turn.word() + " at " + (now.getEpochSecond() - BEGIN.getEpochSecond()));
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
    tells("FAILED at 10", "BACK at 35", "FLAPS at 110", "CALM at 3610");
  }

  @Test
  void callsItFlappingAtTheThirdFallAndSaysWhenThatIsOver() {
    pass("x.".repeat(50) + ".".repeat(700));
    tells("FLAPS at 4", "CALM at 699");
  }

  @Test
  void tellsAnewOnceTheQuietPeriodIsOver() {
    pass("x".repeat(20) + ".".repeat(700) + "x".repeat(20) + ".".repeat(20));
    tells("FAILED at 10", "BACK at 35", "FAILED at 730", "BACK at 755");
  }

  /** Fifty flaps, however long each lasts, make at most three mails an hour. */
  @Property(tries = 200)
  void tellsFiftyFlapsInThreeMails(
      @ForAll @Size(50) List<@IntRange(min = 1, max = 70) Integer> down,
      @ForAll @IntRange(min = 1, max = 599) int up) {
    for (int i = 0; i < 50 && now.isBefore(BEGIN.plusSeconds(3600)); i++) {
      pass("x".repeat(down.get(i)) + ".".repeat(up));
    }
    assertTrue(told.size() <= 3, told::toString);
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
