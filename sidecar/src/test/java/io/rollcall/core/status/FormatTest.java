package io.rollcall.core.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.DurationFormat;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FormatTest {
  @ParameterizedTest
  @CsvSource({
    "PT-5S, 0 s",
    "PT0.9S, 0 s",
    "PT59S, 59 s",
    "PT60S, 1 min",
    "PT59M59S, 59 min",
    "PT23H, 23 h",
    "PT49H, 2 d",
  })
  void givesAnAgeInItsLargestUnit(Duration age, String expected) {
    assertEquals(expected, Format.age(age));
  }

  @ParameterizedTest
  @CsvSource({
    "PT-0.005S, 0 s",
    "PT59S, 59 s",
    "PT4M, 4 min",
    "PT4M12S, 4 min 12 s",
    "PT125M, 2 h 5 min",
    "PT76H, 3 d 4 h",
  })
  void givesADurationInItsTwoLargestUnits(Duration time, String expected) {
    assertEquals(expected, DurationFormat.text(time));
  }

  @Test
  void spellsStatesInSmallLetters() {
    assertEquals("in-sync", Format.name(BalancerState.IN_SYNC));
  }

  @ParameterizedTest
  @CsvSource({"0, 0 µs", "999, 999 µs", "1000, 1 ms", "999999, 999 ms", "1400000, 1.4 s"})
  void givesAShortTimeInTheUnitThatFits(long micros, String expected) {
    assertEquals(expected, Format.micros(micros));
  }
}
