package io.rollcall.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SlotTransitionTest {
  private static final Path DOCUMENT = Path.of("../docs/architecture.md");
  private static final String BEGIN = "<!-- transitions:begin -->";
  private static final String END = "<!-- transitions:end -->";

  @Test
  void leadsToAnotherState() {
    for (SlotTransition row : SlotTransition.TABLE) {
      assertFalse(row.from().contains(row.to()), row::toString);
      assertFalse(row.from().isEmpty(), row::toString);
      assertFalse(row.when().isBlank(), row::toString);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyStateCanBeReachedAndLeft(SlotState state) {
    assertTrue(SlotTransition.TABLE.stream().anyMatch(row -> row.to() == state));
    assertTrue(SlotTransition.TABLE.stream().anyMatch(row -> row.from().contains(state)));
  }

  @Test
  void permitsWhatIsInTheTableAndToStay() {
    assertTrue(SlotTransition.permits(SlotState.SERVING, SlotState.SERVING));
    assertTrue(SlotTransition.permits(SlotState.JOINING, SlotState.SERVING));
    assertTrue(SlotTransition.permits(SlotState.SUSPECT, SlotState.PREPARED));
    assertFalse(SlotTransition.permits(SlotState.FREE, SlotState.JOINING));
  }

  @Test
  void letsNoMemberServeBeforeItsCheckPassedUnlessItWasFoundInRotation() {
    assertFalse(SlotTransition.permits(SlotState.PREPARED, SlotState.SERVING));
    assertFalse(SlotTransition.permits(SlotState.PARKED, SlotState.SERVING));
    assertTrue(SlotTransition.permits(SlotState.FREE, SlotState.SERVING));
  }

  /** With {@code -Ddocs.write=true} the document is rewritten. */
  @Test
  void isTheTableInTheDocumentation() throws IOException {
    String text = Files.readString(DOCUMENT);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END);
    assertTrue(begin >= BEGIN.length() && end > begin, "no markers in " + DOCUMENT);
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(DOCUMENT, text.substring(0, begin) + "\n" + table() + text.substring(end));
    } else {
      assertEquals(
          table(),
          text.substring(begin, end).stripLeading(),
          DOCUMENT + " is out of date: run this test with -Ddocs.write=true");
    }
  }

  private static String table() {
    return "| from | to | when |\n|---|---|---|\n"
        + SlotTransition.TABLE.stream()
            .map(row -> "| %s | %s | %s |\n".formatted(from(row), row.to(), row.when()))
            .collect(Collectors.joining());
  }

  private static String from(SlotTransition row) {
    return row.from().stream().map(SlotState::name).collect(Collectors.joining(", "));
  }
}
