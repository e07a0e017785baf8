package io.rollcall.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.plan.PlannerInput.TrackedSessions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DrainOutcomesTest {
  private static final SlotId SLOT = new SlotId("nodes", "slot1");

  private static final String NONE_MOVED =
      "of 3 tracked sessions 0 moved to other members, 3 were lost";

  private final DrainOutcomes departures = new DrainOutcomes();

  private List<String> told(Map<SlotId, TrackedSessions> sticky, EventKind... kinds) {
    var notes = List.of(kinds).stream().map(kind -> new Event(kind, "s1", SLOT, "")).toList();
    return departures.told(notes, sticky).stream().map(Event::text).toList();
  }

  private static Map<SlotId, TrackedSessions> counted(int sessions) {
    return Map.of(SLOT, new TrackedSessions(sessions, null));
  }

  @Test
  void tellsWhoMovedAndWhoWasLost() {
    assertEquals(List.of(), told(Map.of(), EventKind.DRAINING));
    assertEquals(List.of(), told(counted(12)));
    assertEquals(List.of(), told(counted(5)));
    assertEquals(
        List.of("of 12 tracked sessions 9 moved to other members, 3 were lost"),
        told(counted(3), EventKind.PARKED));
  }

  @Test
  void tellsWhoWasLostWhereTheMemberDidNotDrain() {
    assertEquals(List.of(NONE_MOVED), told(counted(3), EventKind.PARKED));
  }

  @Test
  void tellsNothingOfWhatWasNotCounted() {
    assertEquals(List.of(), told(Map.of(), EventKind.DRAINING));
    assertEquals(List.of(), told(Map.of(), EventKind.PARKED));
  }

  @Test
  void forgetsADrainThatWasTakenBack() {
    assertEquals(List.of(), told(counted(12), EventKind.DRAINING));
    assertEquals(List.of(), told(counted(12), EventKind.SERVING));
    assertEquals(List.of(NONE_MOVED), told(counted(3), EventKind.PARKED));
  }
}
