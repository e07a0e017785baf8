package io.rollcall.store;

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
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The values in the sample {@code memory.json}: every field is used, with more than one value. */
final class SampleState {
  static final Instant T = Instant.parse("2026-11-22T08:20:01.123456Z");
  private static final String ODD_NAME = "s\"3\n\u202e";

  private SampleState() {}

  static SavedState state() {
    return SavedState.EMPTY
        .with("nodes", nodes())
        .with("api", api())
        .with("empty", PoolState.EMPTY)
        .with(new SavedState.ProcessRun(4242, T.minusSeconds(86_400)));
  }

  private static PoolState nodes() {
    return new PoolState(
        occupants(),
        intents(),
        new TreeMap<>(
            Map.of(
                "s11",
                new PoolState.Waiting(T.plusSeconds(4), "no free slot", false),
                "s12",
                new PoolState.Waiting(
                    T.plusSeconds(5), "tag port is not from 1 to 65535: '0'", true))),
        new TreeMap<>(Map.of("s1", T, "s4", T.minusSeconds(602))),
        new TreeSet<>(Set.of(ODD_NAME)),
        new TreeSet<>(Set.of("s4", "s13")),
        7,
        5);
  }

  static SortedMap<String, Intent> intents() {
    return new TreeMap<>(
        Map.of(
            "s1", new Intent(Intent.Action.READY, 30, "api", T.minusSeconds(5)),
            "s4", new Intent(Intent.Action.DRAIN, null, "by hand", T.minusSeconds(601)),
            "s9", new Intent(Intent.Action.MAINT, null, "api", T.minusSeconds(700)),
            "10.0.0.15:3000", new Intent(null, 0, "by hand", T.minusSeconds(9))));
  }

  private static PoolState api() {
    var slots = new TreeMap<SlotId, Occupant>();
    slots.put(
        new SlotId("api", "srv-1"),
        occupant(
            "s1",
            server("10.0.0.11", 4000, "b-1763799600", 0, 500),
            SlotState.SERVING,
            0,
            "its check passes",
            true));
    return new PoolState(
        slots,
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>(Map.of("s1", T)),
        new TreeSet<>(),
        new TreeSet<>(),
        0,
        0);
  }

  private static SortedMap<SlotId, Occupant> occupants() {
    var slots = new TreeMap<SlotId, Occupant>();
    ServerSpec one = server("10.0.0.11", 3000, "b-1763799600", 100, 0);
    put(slots, 1, occupant("s1", one, SlotState.SERVING, 0, "its check passes", true));
    put(
        slots,
        2,
        occupant(
                "s2",
                server("fd00::7", 3000, "b2", 50, 20),
                SlotState.DRAINING,
                60,
                "it leaves",
                true)
            .withDeadline(T.plusSeconds(90)));
    put(
        slots,
        3,
        occupant(
                ODD_NAME,
                server("10.0.0.13", 3001, "", 256, 0),
                SlotState.SUSPECT,
                3,
                "failed in gossip",
                false)
            .withStatus("tag weight is not from 0 to 256: 'heavy'", null));
    put(
        slots,
        4,
        failed(
            "s4",
            server("10.0.0.14", 3000, "b4", 100, 0),
            "drained: no request and no session left"));
    found(slots, 5, "10.0.0.15", "10.0.0.15:3000", 100, true, null);
    found(
        slots,
        6,
        "fd00::16",
        "[fd00::16]:3000",
        1,
        false,
        new Occupant.Down("L4CON", T.plusSeconds(12)));
    ServerSpec seven = server("10.0.0.17", 3000, "b7", 100, 0);
    put(slots, 7, occupant("s7", seven, SlotState.PREPARED, 70, "was given the slot", false));
    ServerSpec ten = server("10.0.0.20", 3000, "b10", 100, 0);
    put(slots, 10, occupant("s10", ten, SlotState.JOINING, 71, "address is set", true));
    return slots;
  }

  private static void put(SortedMap<SlotId, Occupant> slots, int number, Occupant occupant) {
    slots.put(new SlotId("nodes", "slot" + number), occupant);
  }

  private static void found(
      SortedMap<SlotId, Occupant> slots,
      int number,
      String ip,
      String name,
      int weight,
      boolean cleared,
      Occupant.@Nullable Down down) {
    put(
        slots,
        number,
        occupant(
                name,
                server(ip, 3000, "", weight, 0),
                SlotState.SERVING,
                0,
                "found in rotation",
                cleared)
            .withStatus(null, down));
  }

  private static ServerSpec server(String ip, int port, String boot, int weight, int maxconn) {
    return new ServerSpec(Endpoint.of(ip, port), boot, weight, maxconn);
  }

  private static Occupant occupant(
      String name, ServerSpec server, SlotState state, long second, String why, boolean cleared) {
    return new Occupant(
        name, server, state, T.plusSeconds(second), why, null, false, cleared, null, null, null);
  }

  private static Occupant failed(String name, ServerSpec server, String why) {
    return new Occupant(
        name,
        server,
        SlotState.PARKED,
        T.minusSeconds(600),
        why,
        null,
        true,
        true,
        null,
        null,
        null);
  }
}
