package io.rollcall.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.rollcall.alert.Alert;
import io.rollcall.alert.AlertKey;
import io.rollcall.alert.AlertKind;
import io.rollcall.alert.AlertPolicy;
import io.rollcall.alert.AlertState;
import io.rollcall.alert.AlertTimings;
import io.rollcall.alert.Finding;
import io.rollcall.alert.Findings;
import io.rollcall.alert.Incident;
import io.rollcall.alert.Resolution;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailStateTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final AlertKey MEMBER = new AlertKey(AlertKind.MEMBER, "nodes", "s1 \"\n\u202e");

  private static String stored(String name) throws IOException {
    try (var in = MailStateTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static MailState read(String text) {
    MailState state = MailState.read(text);
    assertNotNull(state, text);
    return state;
  }

  @Test
  void readsWhatWasWritten() {
    var failing =
        new TreeMap<>(
            Map.of(
                MEMBER,
                new Finding("down", "L4CON"),
                new AlertKey(AlertKind.MEMBER, "nodes", "s2"),
                new Finding("down", "L4CON"),
                new AlertKey(AlertKind.NO_SERVER_UP, "nodes", null),
                new Finding("no server up", "all"),
                new AlertKey(AlertKind.COMPONENT, null, "SERF"),
                new Finding("failed", "refused")));
    AlertState state = AlertState.EMPTY;
    for (int second = 0; second < 60; second++) {
      var findings =
          new Findings(
              second < 30 ? failing : new TreeMap<>(),
              Map.of(MEMBER, new Resolution(true, "serving")),
              Set.of(),
              Set.of());
      var drifts = Map.of("nodes", (long) second);
      Instant now = NOW.plusSeconds(second);
      state = AlertPolicy.evaluate(state, findings, drifts, now, AlertTimings.STANDARD).state();
      var spool =
          Spool.EMPTY.with(
              new OutgoingMail("1@x", List.of("0@x"), List.of("a@x"), NOW, true, "s", "t", "h"));
      var saved = new MailState(state, spool);
      assertEquals(saved, read(saved.text()));
    }
  }

  /** Written before the code had the names that it has now. */
  @ParameterizedTest
  @ValueSource(strings = {"mail-v2-recovered.json", "mail-v2-pending.json"})
  void writesAStoredFileAsItWas(String name) throws IOException {
    String text = stored(name);
    assertEquals(text, read(text).text());
  }

  @Test
  void readsAStoredFile() throws IOException {
    AlertState alerts = read(stored("mail-v2-recovered.json")).alerts();
    assertEquals(14, alerts.nextId());
    assertEquals(5, alerts.drifts().get("nodes").times().size());
    List<Alert> waiting = alerts.queue().waiting();
    assertEquals(Alert.AlertType.RECOVERED, waiting.get(0).type());
    assertEquals(Alert.AlertType.OUT_OF_SERVICE, waiting.get(1).type());
    assertEquals("no longer in the pool", waiting.get(1).state());
    var serf = new AlertKey(AlertKind.COMPONENT, null, "SERF");
    assertEquals(Incident.IncidentState.FLAPPING, alerts.incidents().get(serf).state());
  }

  @Test
  void refusesWhatItCannotRead() {
    assertNotNull(MailState.read(MailState.EMPTY.text()));
    for (String text : List.of("", "{}", "null", "[]", "{\"version\":1}", "{\"version\":2", "\0")) {
      assertNull(MailState.read(text), text);
    }
  }
}
