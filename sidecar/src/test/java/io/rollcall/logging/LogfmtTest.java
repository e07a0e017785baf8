package io.rollcall.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogfmtTest {
  @Test
  void writesPairsInTheOrderGiven() {
    var event = Logfmt.of("down").with("pool", "nodes").with("member", "s2").with("check", "L4CON");
    assertEquals("event=down pool=nodes member=s2 check=L4CON", event.toString());
  }

  @Test
  void leavesOutAPairWithoutAValue() {
    assertEquals("event=up n=3", Logfmt.of("up").with("pool", null).with("n", 3).toString());
  }

  @Test
  void quotesAValueThatIsNotPlain() {
    assertEquals("event=e v=\"two words\"", Logfmt.of("e").with("v", "two words").toString());
    assertEquals("event=e v=\"\"", Logfmt.of("e").with("v", "").toString());
    assertEquals("event=e v=\"a=b\"", Logfmt.of("e").with("v", "a=b").toString());
    assertEquals("event=e v=\"Zoë\"", Logfmt.of("e").with("v", "Zoë").toString());
    assertEquals(
        "event=e v=10.0.0.1:80/tcp", Logfmt.of("e").with("v", "10.0.0.1:80/tcp").toString());
  }

  @ParameterizedTest
  @CsvSource({"'\n', \\n", "'\r', \\r", "'\t', \\t", "'\"', \\\"", "'\\', \\\\"})
  void escapesWhatWouldEndOrHideTheValue(String text, String escaped) {
    assertEquals("event=e v=\"" + escaped + "\"", Logfmt.of("e").with("v", text).toString());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0x1b, 0x7f, 0x85, 0x200b, 0x2028, 0x202e, 0x2066, 0xd800, 0xfeff})
  void writesWhatMovesReordersOrHidesTextAsItsCode(int c) {
    assertEquals(
        "event=e v=\"\\u%04x\"".formatted(c),
        Logfmt.of("e").with("v", Character.toString((char) c)).toString());
  }

  @Test
  void writesHiddenCharactersBeyondTheBasicPlaneAsTwoUnits() {
    String tag = Character.toString(0xe0041);
    assertEquals("event=e v=\"\\udb40\\udc41\"", Logfmt.of("e").with("v", tag).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Pool", "pool name", "a=b", "ts", "level", "logger", "msg", "err"})
  void refusesAKeyThatWouldBreakOrForgeALine(String key) {
    var event = Logfmt.of("e");
    assertThrows(IllegalArgumentException.class, () -> event.with(key, "v"));
  }

  @Test
  void cutsAValueThatIsTooLong() {
    String text = Logfmt.of("e").with("v", "x".repeat(5000)).with("w", 1).toString();
    assertTrue(text.startsWith("event=e v=\"xxx") && text.endsWith("x…\""), text);
    assertTrue(text.length() <= Logfmt.MAX_CHARS, "length " + text.length());
  }

  @Test
  void cutsBetweenTwoEscapes() {
    String text = Logfmt.of("e").with("v", "\0".repeat(5000)).toString();
    assertTrue(text.endsWith("\\u0000…\""), text);
  }

  @Test
  void doesNotCutAValueThatFits() {
    int room = Logfmt.MAX_CHARS - "event=e v=".length();
    String bare = "x".repeat(room - 1);
    assertEquals("event=e v=" + bare, Logfmt.of("e").with("v", bare).toString());
  }
}
