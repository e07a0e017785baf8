package io.rollcall.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.rollcall.core.alert.AlertPolicy;
import io.rollcall.core.alert.AlertState;
import io.rollcall.core.alert.Finding;
import io.rollcall.core.alert.Findings;
import io.rollcall.core.alert.Kind;
import io.rollcall.core.alert.Subject;
import io.rollcall.core.alert.Times;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MailMemoryTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  @Test
  void givesBackWhatWasWritten() {
    var wrong =
        new TreeMap<>(
            Map.of(
                new Subject(Kind.MEMBER, "nodes", "s1 \"\n\u202e"), new Finding("down", "L4CON"),
                new Subject(Kind.EMPTY, "nodes", null), new Finding("has no server up", "all"),
                new Subject(Kind.PART, null, "SERF"), new Finding("fails", "refused")));
    AlertState state = AlertState.EMPTY;
    for (int second = 0; second < 60; second++) {
      var findings =
          new Findings(second < 30 ? wrong : new TreeMap<>(), Map.of(), Set.of(), Set.of());
      var drifts = Map.of("nodes", (long) second);
      state =
          AlertPolicy.turn(state, findings, drifts, NOW.plusSeconds(second), Times.STANDARD)
              .state();
      var spool =
          Spool.EMPTY.with(
              new Mail("1@x", List.of("0@x"), List.of("a@x"), NOW, true, "s", "t", "h"));
      var memory = new MailMemory(state, spool);
      assertEquals(memory, MailMemory.read(memory.text()));
    }
  }

  @Test
  void refusesWhatItCannotRead() {
    assertNotNull(MailMemory.read(MailMemory.EMPTY.text()));
    for (String text : List.of("", "{}", "null", "[]", "{\"version\":1}", "{\"version\":2", "\0")) {
      assertNull(MailMemory.read(text), text);
    }
  }
}
