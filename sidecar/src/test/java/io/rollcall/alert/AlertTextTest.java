package io.rollcall.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.alert.Alert.AlertType;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertTextTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.5Z");

  private static Alert alert(
      AlertKind kind, String name, AlertType type, String state, String cause, int failures) {
    String pool = kind == AlertKind.COMPONENT ? null : "nodes";
    return new Alert(
        "i1",
        new AlertKey(kind, pool, name),
        type,
        state,
        cause,
        NOW.minusSeconds(85),
        NOW,
        failures);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          MEMBER        | s1         | FAILED         | down            | 1 | nodes/s1 down: L4CON
          MEMBER        | s1         | FLAPPING       | down            | 1 | nodes/s1 down again: L4CON
          MEMBER        | s1         | FLAPPING       | down            | 5 | nodes/s1 flapping: failed 5 times in 1 min 25 s
          MEMBER        | s1         | RECOVERED      | serving         | 1 | nodes/s1 recovered after 1 min 25 s
          MEMBER        | s1         | STABLE         | serving         | 5 | nodes/s1 stable (failed 5 times in 1 min 25 s)
          MEMBER        | s1         | STABLE         | serving         | 1 | nodes/s1 stable (failed for 1 min 25 s)
          MEMBER        | s1         | OUT_OF_SERVICE | left as planned | 1 | nodes/s1 left as planned (failed for 1 min 25 s)
          MEMBER        | s1         | OUT_OF_SERVICE | left as planned | 2 | nodes/s1 left as planned (failed 2 times in 1 min 25 s)
          COMPONENT     | HAPROXY    | FAILED         | failed          | 1 | HAProxy failed: L4CON
          COMPONENT     | HAPROXY    | RECOVERED      | recovered       | 1 | HAProxy recovered after 1 min 25 s
          COMPONENT     | SERF       | FLAPPING       | failed          | 3 | Serf flapping: failed 3 times in 1 min 25 s
          COMPONENT     | STATE_FILE | FAILED         | failed          | 1 | state file failed: L4CON
          NO_SERVER_UP  |            | FAILED         | no server up    | 1 | nodes: no server up (urgent): L4CON
          NO_SERVER_UP  |            | FLAPPING       | no server up    | 3 | nodes: no server up repeatedly (urgent): 3 times in 1 min 25 s
          NO_SERVER_UP  |            | FLAPPING       | no server up    | 1 | nodes: no server up again (urgent): L4CON
          NO_SERVER_UP  |            | RECOVERED      | -               | 1 | nodes: server up again after 1 min 25 s
          NO_SERVER_UP  |            | STABLE         | -               | 3 | nodes: server up again (3 times in 1 min 25 s)
          NO_SERVER_UP  |            | OUT_OF_SERVICE | no longer configured | 1 | nodes: no longer configured (for 1 min 25 s)
          LOW_CAPACITY  |            | FAILED         | low capacity    | 1 | nodes: low capacity: L4CON
          LOW_CAPACITY  |            | RECOVERED      | -               | 1 | nodes: capacity restored after 1 min 25 s
          REMOVALS_HELD |            | FAILED         | removals held   | 1 | nodes: removals held: L4CON
          REMOVALS_HELD |            | RECOVERED      | -               | 1 | nodes: removals no longer held (held for 1 min 25 s)
          NO_FREE_SLOT  |            | FAILED         | no free slot    | 1 | nodes: no free slot: L4CON
          NO_FREE_SLOT  |            | RECOVERED      | -               | 1 | nodes: no member waits for a slot (waited for 1 min 25 s)
          DRIFT         |            | FAILED         | repeated drift  | 1 | nodes: repeated drift: L4CON
          DRIFT         |            | RECOVERED      | -               | 1 | nodes: drift stopped after 1 min 25 s
          """)
  void summarizesWhatHappenedInOneLine(
      AlertKind kind, String name, AlertType type, String state, int failures, String expected) {
    assertEquals(expected, AlertText.summary(alert(kind, name, type, state, "L4CON", failures)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          FAILED         | 1 | nodes/s1 down since 2026-11-22T09:58:35Z: L4CON
          FLAPPING       | 5 | nodes/s1 flapping: failed 5 times in 1 min 25 s, since 2026-11-22T09:58:35Z, most recently: L4CON. The next notification follows when it is stable.
          RECOVERED      | 1 | nodes/s1 recovered after 1 min 25 s, now: down. It began at 2026-11-22T09:58:35Z: L4CON
          STABLE         | 5 | nodes/s1 stable (failed 5 times in 1 min 25 s), now: down. It began at 2026-11-22T09:58:35Z, most recently: L4CON
          OUT_OF_SERVICE | 1 | nodes/s1 down (failed for 1 min 25 s). It began at 2026-11-22T09:58:35Z: L4CON
          """)
  void givesAllDetails(AlertType type, int failures, String expected) {
    assertEquals(
        expected, AlertText.detail(alert(AlertKind.MEMBER, "s1", type, "down", "L4CON", failures)));
  }

  @Test
  void cutsAndMakesVisibleWhatComesFromOthers() {
    Alert alert =
        alert(
            AlertKind.MEMBER,
            "\u202e" + "n".repeat(100),
            AlertType.FAILED,
            "down",
            "a\nb" + "c".repeat(1000),
            1);
    assertEquals(
        "nodes/\\u{202e}" + "n".repeat(59) + "… down: a\\u{a}b" + "c".repeat(57) + "…",
        AlertText.summary(alert));
    assertTrue(AlertText.detail(alert).endsWith("a\\u{a}b" + "c".repeat(297) + "…"));
  }
}
