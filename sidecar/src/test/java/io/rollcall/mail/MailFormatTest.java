package io.rollcall.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rollcall.alert.Alert;
import io.rollcall.alert.Alert.AlertType;
import io.rollcall.alert.AlertKey;
import io.rollcall.alert.AlertKind;
import io.rollcall.alert.AlertPolicy;
import io.rollcall.alert.AlertState;
import io.rollcall.alert.AlertTimings;
import io.rollcall.alert.DigestQueue;
import io.rollcall.alert.DriftHistory;
import io.rollcall.alert.Finding;
import io.rollcall.alert.Findings;
import io.rollcall.alert.Incident;
import io.rollcall.alert.Incident.IncidentState;
import io.rollcall.core.ClockReading;
import io.rollcall.store.Clocks;
import io.rollcall.store.JsonDocument;
import io.rollcall.store.JsonDocument.Content;
import io.rollcall.store.Mutations;
import io.rollcall.store.Sample;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MailFormatTest {
  private static final JsonDocument<MailState> JSON = new JsonDocument<>(new MailFormat());
  private static final ObjectMapper TREES = new ObjectMapper();
  private static final Instant T = Instant.parse("2026-11-22T08:20:01.123456Z");

  private static Content<MailState> read(String text) {
    return JSON.read(text, Clocks.START);
  }

  private static List<Instant> seconds(long... seconds) {
    return java.util.Arrays.stream(seconds).mapToObj(T::plusSeconds).toList();
  }

  private static AlertKey key(AlertKind kind, @Nullable String pool, @Nullable String name) {
    return new AlertKey(kind, pool, name);
  }

  /** The values in the sample. */
  private static MailState sample() {
    var drifts =
        Map.of(
            "api", new DriftHistory(0, List.of()),
            "nodes", new DriftHistory(11, seconds(601)));
    var threads =
        Map.of(
            "i1795335611123-1", "m1795335614123-2",
            "i1795335721123-5", "m1795335724123-6",
            "i1795336299123-11", "m1795336299123-12");
    var alerts =
        new AlertState(incidents(), new TreeMap<>(drifts), new TreeMap<>(threads), queue(), 13);
    return new MailState(alerts, spool());
  }

  private static SortedMap<AlertKey, Incident> incidents() {
    var incidents = new TreeMap<AlertKey, Incident>();
    incidents.put(
        key(AlertKind.NO_SERVER_UP, "empty", null),
        new Incident(
            IncidentState.NOTIFIED,
            "i1795336299123-11",
            T.plusSeconds(698),
            T.plusSeconds(698),
            true,
            new Finding("has no server up", "all 2 down"),
            seconds(698),
            seconds(698)));
    incidents.put(
        key(AlertKind.LOW_CAPACITY, "api", null),
        new Incident(
            IncidentState.OK,
            "",
            T.plusSeconds(301),
            T.plusSeconds(330),
            false,
            new Finding("low", "1 of 4 up"),
            seconds(301),
            seconds(311, 345)));
    incidents.put(
        key(AlertKind.MEMBER, "nodes", "s\"3\n\u202e"),
        new Incident(
            IncidentState.FLAPPING,
            "i1795335721123-5",
            T,
            T.plusSeconds(680),
            false,
            new Finding("suspect", "failed in gossip"),
            Stream.iterate(T, at -> at.plusSeconds(60)).limit(12).toList(),
            seconds(10, 35, 120)));
    incidents.put(
        key(AlertKind.MEMBER, "nodes", "s2"),
        new Incident(
            IncidentState.NOTIFIED,
            "i1795335611123-1",
            T,
            T,
            true,
            new Finding("down", "L4CON, connection refused"),
            List.of(),
            seconds(10)));
    incidents.put(
        key(AlertKind.COMPONENT, null, "SERF"),
        new Incident(
            IncidentState.PENDING,
            "",
            T.plusSeconds(692),
            T.plusSeconds(692),
            true,
            new Finding("fails", "serf rpc 127.0.0.1:7373: connection refused"),
            seconds(692),
            List.of()));
    return incidents;
  }

  private static DigestQueue queue() {
    return new DigestQueue(
        List.of(
            new Alert(
                "i9-nodes",
                key(AlertKind.MEMBER, "nodes", "s9"),
                AlertType.FAILED,
                "failed",
                "its check fails: L7TOUT",
                T.plusSeconds(690),
                T.plusSeconds(699),
                1),
            alert(
                "i8-api",
                key(AlertKind.REMOVALS_HELD, "api", null),
                AlertType.RECOVERED,
                "held",
                "2 removals are withheld",
                2),
            alert(
                "i7-x",
                key(AlertKind.NO_FREE_SLOT, "nodes", null),
                AlertType.FLAPPING,
                "full",
                "no free slot",
                4),
            alert(
                "i6-x",
                key(AlertKind.DRIFT, "nodes", null),
                AlertType.STABLE,
                "drifts",
                "4 within 10 min",
                0)),
        T.plusSeconds(697),
        seconds(13, 38, 123, 314, 348, 698),
        3);
  }

  private static Alert alert(
      String incident, AlertKey key, AlertType type, String state, String why, int falls) {
    return new Alert(
        incident, key, type, state, why, T.plusSeconds(600), T.plusSeconds(698), falls);
  }

  private static Spool spool() {
    return new Spool(
        List.of(
            new OutgoingMail(
                "r1-17@balancer.example",
                List.of(),
                List.of("ops@example.org", "night@example.org"),
                T.plusSeconds(10),
                true,
                "nodes: has no server up",
                "Text\nof two lines \u00fc\n",
                "<p>Text &amp; more</p>"),
            new OutgoingMail(
                "r2-18@balancer.example",
                List.of("r1-17@balancer.example", "r0-3@balancer.example"),
                List.of("night@example.org"),
                T.plusSeconds(20),
                false,
                "nodes: recovered",
                "Back\n",
                "<p>Back</p>")),
        6);
  }

  @Test
  void readsEveryValueOfTheFirstRelease() {
    assertEquals(new Content.Whole<>(sample()), read(Sample.text("mail.json")));
    assertEquals(new Content.Whole<>(MailState.EMPTY), read(Sample.text("mail-empty.json")));
  }

  /** So the first release reads what is written now; it ignores the time stamp. */
  @Test
  void writesTheFieldsOfTheFirstReleaseAndATimeStamp() throws Exception {
    var expected = (ObjectNode) TREES.readTree(Sample.text("mail.json"));
    expected
        .putObject("written")
        .put("at", "2026-11-22T09:00:00Z")
        .put("bootId", "8c0e6a52-2f0b-4d65-9f5c-0d6f6b3b7a11")
        .put("uptimeMillis", 3_600_000);
    assertEquals(expected, TREES.readTree(JSON.write(sample(), Clocks.START)));
  }

  /** The word is BACK for both. */
  @ParameterizedTest
  @CsvSource({
    "MEMBER, serving, RECOVERED",
    "MEMBER, parked, OUT_OF_SERVICE",
    "MEMBER, no longer in the pool, OUT_OF_SERVICE",
    "HELD, its removal is no longer held, RECOVERED",
    "HELD, no longer configured, OUT_OF_SERVICE",
  })
  void tellsARecoveryFromAnEndWithoutOne(String kind, String state, AlertType type) {
    String text =
        """
        {"version":2,"watches":[],"spool":{},"desk":{"waiting":[{"incident":"i1","word":"BACK",
        "subject":{"kind":"%s","pool":"nodes"},"state":"%s","since":"2026-11-22T08:20:01Z",
        "until":"2026-11-22T08:20:02Z","falls":1}]}}
        """
            .formatted(kind, state);
    var whole = assertInstanceOf(Content.Whole.class, read(text));
    var mail = assertInstanceOf(MailState.class, whole.value());
    assertEquals(type, mail.alerts().queue().waiting().getFirst().type());
  }

  @Test
  void givesBackWhatThePolicyMakes() {
    var wrong =
        new TreeMap<>(
            Map.of(
                key(AlertKind.MEMBER, "nodes", "s1 \"\n\u202e"), new Finding("down", "L4CON"),
                key(AlertKind.NO_SERVER_UP, "nodes", null), new Finding("has no server up", "all"),
                key(AlertKind.COMPONENT, null, "SERF"), new Finding("fails", "refused")));
    AlertState state = AlertState.EMPTY;
    for (int second = 0; second < 60; second++) {
      var findings =
          new Findings(second < 30 ? wrong : new TreeMap<>(), Map.of(), Set.of(), Set.of());
      var drifts = Map.of("nodes", (long) second);
      state =
          AlertPolicy.evaluate(
                  state, findings, drifts, T.plusSeconds(second), AlertTimings.STANDARD)
              .state();
      var kept = new MailState(state, spool());
      assertEquals(new Content.Whole<>(kept), read(JSON.write(kept, Clocks.START)));
    }
  }

  @Test
  void convertsAllTimesToTheSteadyClockOfTheNextProcess() {
    ClockReading start = Clocks.START;
    var first =
        new ClockReading(
            start.steady(), start.wall().plusSeconds(7200), start.bootId(), start.uptime());
    String text = JSON.write(sample(), first);
    var next = Clocks.at(start.wall().plusSeconds(60));
    assertEquals(new Content.Whole<>(sample()), JSON.read(text, next));
  }

  @Test
  void takesDefaultsForWhatAnOlderFileLacks() {
    String text =
        """
        {"version":2,"watches":[{"subject":{"kind":"PART"},"watch":{"phase":"WELL",
        "since":"2026-11-22T08:20:01.123456Z","changed":"2026-11-22T08:20:01.123456Z"}}],
        "drifts":{"nodes":{"found":1}},"spool":{}}
        """;
    var incidents = new TreeMap<AlertKey, Incident>();
    incidents.put(
        key(AlertKind.COMPONENT, null, null),
        new Incident(IncidentState.OK, "", T, T, false, new Finding("", ""), List.of(), List.of()));
    var drifts = new TreeMap<>(Map.of("nodes", new DriftHistory(1, List.of())));
    var alerts = new AlertState(incidents, drifts, new TreeMap<>(), DigestQueue.EMPTY, 0);
    assertEquals(new Content.Whole<>(new MailState(alerts, Spool.EMPTY)), read(text));
  }

  @Test
  void takesTheMailsOfANewerVersionOver() throws Exception {
    var newer = (ObjectNode) TREES.readTree(Sample.text("mail.json"));
    newer.put("version", 9).put("watches", "unlike today").put("colour", "blue");
    assertEquals(
        new Content.Newer<>(new MailState(AlertState.EMPTY, spool()), 9), read(newer.toString()));
  }

  @Test
  void reportsThatAnotherTextIsDamaged() {
    for (String text :
        List.of(
            "",
            "{}",
            "null",
            "[]",
            "{\"version\":1}",
            "{\"version\":2}",
            "{\"version\":2",
            "{\"version\":2,\"watches\":[null],\"spool\":{}}",
            "{\"version\":2,\"watches\":[],\"spool\":{\"mails\":[{\"id\":\"1\"}]}}",
            "\0")) {
      assertInstanceOf(Content.Damaged.class, read(text), text);
    }
  }

  /** A wrong value anywhere makes the file damaged, or is ignored; it never ends the start. */
  @Test
  void neverThrows() throws Exception {
    Mutations.of(Sample.text("mail.json"), text -> assertNotNull(read(text).value(), text));
    Mutations.of(
        Sample.text("mail.json").replaceFirst("\"version\" ?: ?.", "\"version\":9"),
        text -> assertNotNull(read(text).value(), text));
  }
}
