package io.rollcall.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.Metrics;
import io.rollcall.core.control.HaproxyState;
import io.rollcall.core.control.State;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.LocalAddresses;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.model.ServerSpec;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FirstRequestsTest {
  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  private static final SlotId SLOT = new SlotId("nodes", "slot1");
  private static final Endpoint ADDRESS = Endpoint.of("127.0.0.11", 3000);

  private final List<Duration> measured = new ArrayList<>();
  private final FirstRequests requests =
      new FirstRequests(
          new Metrics() {
            @Override
            public void firstRequest(Duration took) {
              measured.add(took);
            }
          });
  private Occupant occupant =
      Occupant.assigned("s1", new ServerSpec(ADDRESS, "b1", 100, 0), START.plusMillis(200));

  /** HAProxy is read, and has counted so many requests. */
  private void read(long millis, long total) {
    Instant now = START.plusMillis(millis);
    var load = new Slot.Load(0, 0, total, 0, 0, 0);
    var slot = new Slot(SLOT, 1, ADDRESS, Slot.Admin.READY, true, 100, "L7OK", load);
    var info = new HaproxyInfo("2.6.12", 7, 1, false, 0, 0);
    var snapshot = new Snapshot(true, info, Map.of("nodes", List.of(slot)), List.of());
    var pool =
        new PoolState(
            new TreeMap<>(Map.of(SLOT, occupant)),
            PoolState.EMPTY.intents(),
            PoolState.EMPTY.waiting(),
            PoolState.EMPTY.known(),
            PoolState.EMPTY.held(),
            PoolState.EMPTY.released(),
            0,
            0);
    State none = State.initial(START);
    requests.sample(
        new State(
            1,
            SavedState.EMPTY.with("nodes", pool),
            none.members(),
            new HaproxyState(
                true,
                snapshot,
                Map.of(),
                null,
                0,
                Set.of(),
                now,
                now,
                Set.of(),
                LocalAddresses.NONE),
            none.health(),
            none.cycle(),
            none.actions(),
            none.refused(),
            none.probes(),
            none.drains()),
        now);
  }

  private void become(SlotState state, long millis) {
    occupant = occupant.withState(state, START.plusMillis(millis), "test");
  }

  @Test
  void measuresFromTheSlotToTheFirstRequestOnce() {
    read(300, 40); // of an earlier occupant
    become(SlotState.JOINING, 400);
    read(500, 40);
    become(SlotState.SERVING, 600);
    read(700, 40);
    read(1_700, 42);
    read(2_700, 90);
    assertEquals(List.of(Duration.ofMillis(1_500)), measured);
  }

  @Test
  void measuresNothingOfAMemberThatServedBefore() {
    become(SlotState.SERVING, 0);
    read(300, 40);
    read(1_300, 41);
    assertEquals(List.of(), measured);
  }

  @Test
  void measuresNothingOverARestartOfHaproxy() {
    read(300, 40);
    become(SlotState.SERVING, 600);
    read(1_300, 3);
    read(2_300, 50);
    assertEquals(List.of(), measured);
  }
}
