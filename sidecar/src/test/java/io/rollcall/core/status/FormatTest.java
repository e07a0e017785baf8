package io.rollcall.core.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.rollcall.core.Sanitizer;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
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
    assertEquals(expected, Format.of(age));
  }

  @Test
  void spellsStatesInSmallLetters() {
    assertEquals("in-sync", Format.of(BalancerState.IN_SYNC));
  }

  @Test
  void showsWhatWouldHideOrReorder() {
    assertEquals(
        "a\\u{9}b\\u{a}\\u{1b}[2J\\u{202e}txt\\u{2028}\\u{0}\\u{d800} é→😀 مرحبا",
        Sanitizer.of("a\tb\n\u001b[2J\u202etxt\u2028\0\ud800 é→😀 مرحبا"));
  }

  @Property
  void leavesNothingThatMovesTheCursorOrReorders(@ForAll String text) {
    assertFalse(Sanitizer.of(text).matches("(?s).*[\\p{Cc}\\p{Cf}\\p{Cs}\\u2028\\u2029].*"));
  }

  @ParameterizedTest
  @CsvSource({"0, 0 µs", "999, 999 µs", "1000, 1 ms", "999999, 999 ms", "1400000, 1.4 s"})
  void givesAShortTimeInTheUnitThatFits(long micros, String expected) {
    assertEquals(expected, Format.took(micros));
  }
}
