package io.rollcall.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.model.ServerSpec;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateFormatTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123456Z");

  private static SavedState full() {
    var pool =
        new PoolState(
            new TreeMap<>(
                Map.of(
                    new SlotId("nodes", "slot1"), occupant("s\"1\n", Endpoint.of("10.0.0.1", 80)),
                    new SlotId("nodes", "slot2"), occupant("six", Endpoint.of("fd00::7", 3000)))),
            new TreeMap<>(Map.of("s1", new Intent(Intent.Action.DRAIN, null, "api", NOW))),
            new TreeMap<>(Map.of("s9", new PoolState.Waiting(NOW, "no free slot", false))),
            new TreeMap<>(Map.of("s1", NOW)),
            new TreeSet<>(Set.of("s1")),
            new TreeSet<>(Set.of("s2")),
            3,
            2);
    return SavedState.EMPTY.with("nodes", pool).with(new SavedState.ProcessRun(42, NOW));
  }

  private static Occupant occupant(String name, Endpoint endpoint) {
    return new Occupant(
        name,
        new ServerSpec(endpoint, "boot", 100, 0),
        SlotState.DRAINING,
        NOW,
        "why",
        NOW,
        true,
        true,
        "tag weight",
        new Occupant.Down("L4CON", NOW));
  }

  @Test
  void comesBackAsItWasWritten() {
    assertEquals(new StateFormat.Read.Whole(full()), StateFormat.read(StateFormat.write(full())));
  }

  /** Each key in turn has no value; only what may be null may be. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"service\" : {",
        "\"member\" : \"six\"",
        "\"state\" : \"DRAINING\"",
        "\"why\" : \"why\""
      })
  void tellsThatATextWithoutAValueThatNoneLacksIsDamaged(String key) {
    String text = StateFormat.write(full());
    assertTrue(text.contains(key), text);
    int colon = text.indexOf(key) + key.indexOf(':') + 1;
    int end = key.endsWith("{") ? text.indexOf('}', colon) + 1 : text.indexOf('\n', colon);
    String rest = text.substring(end);
    String lacking = text.substring(0, colon) + " null" + (key.endsWith("{") ? rest : "," + rest);
    assertInstanceOf(StateFormat.Read.Damaged.class, StateFormat.read(lacking), lacking);
  }

  @Test
  void tellsThatATextTornAnywhereIsDamaged() {
    String text = StateFormat.write(full()).strip();
    for (int length = 0; length < text.length(); length++) {
      assertInstanceOf(
          StateFormat.Read.Damaged.class,
          StateFormat.read(text.substring(0, length)),
          "at " + length);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "[]",
        "{}",
        "{\"version\":2,\"memory\":{\"pools\":{}}}",
        "{\"version\":1}",
        "{\"version\":1,\"memory\":{\"pools\":{\"nodes\":{\"occupants\":{\"slot1\":null}}}}}",
        "{\"version\":1,\"memory\":{\"pools\":null}}",
        "{\"version\":1,\"memory\":{\"pools\":{\"nodes\":null}}}",
        "{\"version\":1,\"memory\":{\"pools\":{\"nodes\":{}}}}",
        """
        {"version":1,"memory":{"pools":{"nodes":{"occupants":{"nodes/slot1":null},"intents":{},
        "waiting":{},"known":{},"held":[],"released":[],"driftFound":0,"driftRepaired":0}}}}
        """,
        "{\"version\":1,\"memory\":{\"pools\":{\"nodes\":{\"occupants\":{\"n/s\":{\"endpoint\":\"x\"}}}}}}"
      })
  void tellsThatAnotherTextIsDamaged(String text) {
    assertInstanceOf(StateFormat.Read.Damaged.class, StateFormat.read(text));
  }
}
