package io.rollcall.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class SanitizerTest {
  @Test
  void writesWhatWouldHideOrReorderAsCodePoints() {
    assertEquals(
        "a\\u{9}b\\u{a}\\u{1b}[2J\\u{202e}txt\\u{2028}\\u{0}\\u{d800} é→😀 مرحبا",
        Sanitizer.visible("a\tb\n\u001b[2J\u202etxt\u2028\0\ud800 é→😀 مرحبا"));
  }

  @Property
  void leavesNothingThatMovesTheCursorOrReorders(@ForAll String text) {
    assertFalse(Sanitizer.visible(text).matches("(?s).*[\\p{Cc}\\p{Cf}\\p{Cs}\\u2028\\u2029].*"));
  }

  @Test
  void cutsALineByCodePointsAndNotWithinOne() {
    assertEquals("😀a", Sanitizer.line("😀a", 2));
    assertEquals("😀a…", Sanitizer.line("😀ab", 2));
    assertEquals("a\\u{a}…", Sanitizer.line("a\nb", 2));
  }

  @Test
  void quotesAnEmptyTextToo() {
    assertEquals("\"\"", Sanitizer.quoted("", 5));
    assertEquals("\" a\\u{9}b…\"", Sanitizer.quoted(" a\tbc", 4));
  }
}
