package io.rollcall.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.rollcall.core.ClockReading;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.model.ServerSpec;
import io.rollcall.core.model.SlotId;
import io.rollcall.store.JsonDocument.Content;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateFormatTest {
  private static final JsonDocument<SavedState> JSON = new JsonDocument<>(new StateFormat());
  private static final ObjectMapper TREES = new ObjectMapper();

  private static Content<SavedState> read(String text) {
    return JSON.read(text, Clocks.START);
  }

  private static String written() {
    return JSON.write(SampleState.state(), Clocks.START);
  }

  @CanIgnoreReturnValue
  private static Content<SavedState> damaged(String text) {
    Content<SavedState> content = read(text);
    assertInstanceOf(Content.Damaged.class, content, text);
    return content;
  }

  @Test
  void readsEveryValueOfTheFirstRelease() {
    assertEquals(new Content.Whole<>(SampleState.state()), read(Sample.text("memory.json")));
    assertEquals(new Content.Whole<>(SavedState.EMPTY), read(Sample.text("memory-empty.json")));
  }

  /** So the first release reads what is written now; it ignores the time stamp. */
  @Test
  void writesTheFieldsOfTheFirstReleaseAndATimeStamp() throws Exception {
    var expected = (ObjectNode) TREES.readTree(Sample.text("memory.json"));
    expected
        .putObject("written")
        .put("at", "2026-11-22T09:00:00Z")
        .put("bootId", "8c0e6a52-2f0b-4d65-9f5c-0d6f6b3b7a11")
        .put("uptimeMillis", 3_600_000);
    assertEquals(expected, TREES.readTree(written()));
  }

  /** It rejects a whole file, with the intents of operators, in which one of them is null. */
  @Test
  void writesNumbersWhereTheFirstReleaseRequiresThem() throws Exception {
    var slot = new SlotId("nodes", "slot1");
    var service = new ServerSpec(Endpoint.of("10.0.0.1", 80), "b1", null, null);
    Occupant occupant = Occupant.assigned("s1", service, SampleState.T);
    PoolState none = PoolState.EMPTY;
    var pool =
        new PoolState(
            new TreeMap<>(Map.of(slot, occupant)),
            none.intents(),
            none.waiting(),
            none.known(),
            none.held(),
            none.released(),
            0,
            0);
    SavedState state = SavedState.EMPTY.with("nodes", pool);
    String text = JSON.write(state, Clocks.START);
    JsonNode stored = TREES.readTree(text).at("/memory/pools/nodes/occupants/nodes~1slot1/service");
    assertEquals(
        List.of(100, 0), List.of(stored.get("weight").asInt(-1), stored.get("maxconn").asInt(-1)));
    assertEquals(new Content.Whole<>(state), read(text));
  }

  @Test
  void comesBackAsItWasWritten() {
    assertEquals(new Content.Whole<>(SampleState.state()), read(written()));
  }

  @Test
  void convertsAllTimesToTheSteadyClockOfTheNextProcess() {
    ClockReading start = Clocks.START;
    Duration ahead = Duration.ofHours(3);
    var first =
        new ClockReading(start.steady(), start.wall().plus(ahead), start.bootId(), start.uptime());
    String text = JSON.write(SampleState.state(), first);
    assertTrue(text.contains("\"since\" : \"2026-11-22T11:20:01.123456Z\""), text);
    // the next process starts after a minute, and its wall clock is right again
    var next = Clocks.at(start.wall().plusSeconds(60));
    assertEquals(new Content.Whole<>(SampleState.state()), JSON.read(text, next));
  }

  @Test
  void keepsAnAgeOverARestartOfTheMachine() {
    var later =
        new ClockReading(
            Instant.parse("2026-11-22T10:00:00Z"),
            Instant.parse("2026-11-22T10:00:00Z"),
            "another boot",
            Duration.ofSeconds(30));
    assertEquals(new Content.Whole<>(SampleState.state()), JSON.read(written(), later));
  }

  @Test
  void takesDefaultsForWhatAnOlderFileLacks() {
    String text =
        """
        {"version":1,"memory":{"pools":{"empty":{},"nodes":{
        "occupants":{"nodes/slot1":{"member":"s1","state":"SERVING","since":"2026-11-22T08:00:00Z",
        "service":{"endpoint":"10.0.0.1:80","weight":7,"asConfigured":[null]}}},
        "intents":{"s1":{"action":"DRAIN"}},
        "waiting":{"s2":{"since":"2026-11-22T08:00:00Z"}}}}}}
        """;
    PoolState nodes = read(text).value().pool("nodes");
    Occupant occupant = nodes.occupants().firstEntry().getValue();
    assertEquals("", occupant.why());
    assertEquals("", occupant.boot());
    assertNull(occupant.service().maxconn());
    assertEquals(
        Map.of("s1", new Intent(Intent.Action.DRAIN, null, "api", Instant.EPOCH)), nodes.intents());
    assertEquals("", nodes.waiting().firstEntry().getValue().why());
    assertEquals(PoolState.EMPTY, read(text).value().pools().get("empty"));
  }

  @Test
  void ignoresFieldsThatItDoesNotKnow() {
    String more =
        Sample.text("memory.json")
            .replace("\"version\" : 1,", "\"version\" : 1, \"more\" : { \"a\" : [ 1 ] },")
            .replace("\"cleared\" : ", "\"colour\" : \"blue\", \"cleared\" : ");
    assertEquals(new Content.Whole<>(SampleState.state()), read(more));
  }

  @Test
  void takesTheIntentsOfANewerVersionOver() {
    String newer =
        """
        {"version":9,"written":{"at":"2026-11-22T09:00:00Z"},"memory":{"pools":{
        "nodes":{"slots":["unlike","today"],"occupants":["unlike","today"],"intents":{
        "s1":{"action":"READY","weight":30,"by":"api","at":"2026-11-22T08:19:56.123456Z","ticket":5},
        "s4":{"action":"DRAIN","weight":null,"by":"by hand","at":"2026-11-22T08:10:00.123456Z"},
        "s5":{"action":"QUARANTINE","by":"api","at":"2026-11-22T08:10:00.123456Z"},
        "s6":null}},
        "other":{}}}}
        """;
    var intents = new TreeMap<>(SampleState.intents());
    intents.keySet().retainAll(java.util.Set.of("s1", "s4"));
    var newerContent = assertInstanceOf(Content.Newer.class, read(newer));
    assertEquals(9, newerContent.version());
    assertEquals(intents, read(newer).value().pool("nodes").intents());
    assertTrue(read(newer).value().pool("nodes").occupants().isEmpty());
  }

  @Test
  void startsEmptyWithANewerVersionThatIsUnlikeAnything() {
    for (String text : new String[] {"{\"version\":2}", "{\"version\":2,\"memory\":[]}"}) {
      assertEquals(new Content.Newer<>(SavedState.EMPTY, 2), read(text), text);
    }
  }

  @Test
  void takesTheIntentsOfADamagedFileOver() {
    String text = Sample.text("memory.json").replace("10.0.0.13:3001", "10.0.0.13");
    Content<SavedState> content = damaged(text);
    assertEquals(SampleState.intents(), content.value().pool("nodes").intents());
    assertTrue(content.value().occupants().isEmpty());
  }

  /** Each key in turn has no value; without it the rest has no meaning. */
  @ParameterizedTest
  @ValueSource(strings = {"service", "member", "endpoint", "state", "since", "startedAt"})
  void reportsThatATextWithoutARequiredValueIsDamaged(String field) {
    String lacking = written().replaceAll("\"" + field + "\" :", "\"other\" :");
    var content = (Content.Damaged<?>) damaged(lacking);
    assertEquals("field '" + field + "' is missing", content.reason());
  }

  @Test
  void reportsThatATextTornAnywhereIsDamaged() {
    String text = written().strip();
    for (int length = 0; length < text.length(); length++) {
      damaged(text.substring(0, length));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "[]",
        "{}",
        "{\"version\":0}",
        "{\"version\":\"1\"}",
        "{\"version\":1}",
        "{\"version\":1,\"memory\":{\"pools\":{\"nodes\":{\"occupants\":{\"slot1\":{}}}}}}",
        "{\"version\":1,\"memory\":{\"pools\":null}}",
        "{\"version\":1,\"memory\":{\"pools\":{\"nodes\":null}}}",
        "{\"version\":1,\"memory\":{\"pools\":{\"nodes\":{\"occupants\":{\"nodes/slot1\":null}}}}}",
        "{\"version\":1,\"memory\":{\"pools\":{\"nodes\":{\"known\":{\"s1\":\"yesterday\"}}}}}",
        "{\"version\":1,\"memory\":{\"pools\":{\"nodes\":{\"intents\":{\"s\":{\"weight\":257}}}}}}",
        "{\"version\":1,\"memory\":{\"pools\":{\"nodes\":{\"intents\":{\"s\":{\"action\":\"X\"}}}}}}",
      })
  void reportsThatAnotherTextIsDamaged(String text) {
    damaged(text);
  }

  /** A wrong value anywhere makes the file damaged, or is ignored; it never ends the start. */
  @Test
  void neverThrows() throws Exception {
    Mutations.of(Sample.text("memory.json"), text -> assertNotNull(read(text).value(), text));
    Mutations.of(
        Sample.text("memory.json").replaceFirst("\"version\" ?: ?.", "\"version\":9"),
        text -> assertNotNull(read(text).value(), text));
  }
}
