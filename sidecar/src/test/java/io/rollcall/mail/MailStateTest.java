package io.rollcall.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.rollcall.alert.AlertKey;
import io.rollcall.alert.AlertKind;
import io.rollcall.alert.AlertPolicy;
import io.rollcall.alert.AlertState;
import io.rollcall.alert.AlertTimings;
import io.rollcall.alert.Finding;
import io.rollcall.alert.Findings;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MailStateTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  @Test
  void givesBackWhatWasWritten() {
    var wrong =
        new TreeMap<>(
            Map.of(
                new AlertKey(AlertKind.MEMBER, "nodes", "s1 \"\n\u202e"),
                    new Finding("down", "L4CON"),
                new AlertKey(AlertKind.EMPTY, "nodes", null),
                    new Finding("has no server up", "all"),
                new AlertKey(AlertKind.PART, null, "SERF"), new Finding("fails", "refused")));
    AlertState state = AlertState.EMPTY;
    for (int second = 0; second < 60; second++) {
      var findings =
          new Findings(second < 30 ? wrong : new TreeMap<>(), Map.of(), Set.of(), Set.of());
      var drifts = Map.of("nodes", (long) second);
      state =
          AlertPolicy.turn(state, findings, drifts, NOW.plusSeconds(second), AlertTimings.STANDARD)
              .state();
      var spool =
          Spool.EMPTY.with(
              new OutgoingMail("1@x", List.of("0@x"), List.of("a@x"), NOW, true, "s", "t", "h"));
      var memory = new MailState(state, spool);
      assertEquals(memory, MailState.read(memory.text()));
    }
  }

  @Test
  void refusesWhatItCannotRead() {
    assertNotNull(MailState.read(MailState.EMPTY.text()));
    for (String text : List.of("", "{}", "null", "[]", "{\"version\":1}", "{\"version\":2", "\0")) {
      assertNull(MailState.read(text), text);
    }
  }
}
