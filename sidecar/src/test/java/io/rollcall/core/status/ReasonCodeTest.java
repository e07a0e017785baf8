package io.rollcall.core.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.EventKind.Severity;
import io.rollcall.core.model.MemberState;
import io.rollcall.http.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each reason has its section in the documentation, and a command that is safe to copy. */
final class ReasonCodeTest {
  private static final Path DOCUMENT = Path.of("../docs/troubleshooting.md");

  /** The text of each section, by heading, in the order of the document. */
  private static Map<String, String> sections() throws IOException {
    var sections = new LinkedHashMap<String, String>();
    String heading = "";
    for (String line : Files.readAllLines(DOCUMENT)) {
      if (line.startsWith("## ")) {
        heading = line.substring(3);
      }
      sections.merge(heading, line + "\n", String::concat);
    }
    sections.remove("");
    return sections;
  }

  @Test
  void hasOneSectionForEachReasonInTheSameOrder() throws IOException {
    assertEquals(
        Arrays.stream(ReasonCode.values()).map(ReasonCode::code).toList(),
        new ArrayList<>(sections().keySet()));
  }

  @ParameterizedTest
  @EnumSource
  void explainsTheCommandInItsSection(ReasonCode reason) throws IOException {
    String program = reason.command().split(" ", -1)[0];
    String section = String.valueOf(sections().get(reason.code()));
    assertTrue(section.contains("`" + program), section);
  }

  @ParameterizedTest
  @EnumSource
  void isWorthAColour(ReasonCode reason) {
    assertNotEquals(Severity.INFO, reason.severity());
    assertEquals("/docs/troubleshooting#" + reason.code(), reason.help());
  }

  @Test
  void namesTheMembersAddressInTheCommand() {
    assertEquals(
        "curl -v -m 5 -o /dev/null http://127.0.0.11:3000/",
        NextStep.of(ReasonCode.MEMBER_DOWN, "nodes", Samples.row("s1", MemberState.DOWN)));
    assertEquals(
        "ssh IP systemctl --failed",
        NextStep.of(ReasonCode.MEMBER_FAILED, "nodes", Samples.UNKNOWN));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "nodes, nodes",
        "a b, 'a b'",
        "x;reboot, 'x;reboot'",
        "$(reboot), '$(reboot)'",
        "it's, 'it'\\''s'",
        "~a\nreboot~, 'a\\u{a}reboot'"
      })
  void quotesWhatAShellWouldRead(String pool, String word) {
    assertEquals("rollcall release " + word, NextStep.of(ReasonCode.REMOVALS_HELD, pool, null));
  }
}
