package io.rollcall.core.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.plan.PlannerInput.TrackedSessions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DrainOutcomesTest {
  private static final SlotId SLOT = new SlotId("nodes", "slot1");
  private static final String NONE_MOVED = "3 tracked sessions: 0 moved to other members, 3 lost";

  private DrainOutcomes outcomes = DrainOutcomes.NONE;

  private List<String> after(Map<SlotId, TrackedSessions> sessions, EventKind... kinds) {
    var events = Stream.of(kinds).map(kind -> new Event(kind, "s1", SLOT, "")).toList();
    DrainOutcomes.DrainReport change = outcomes.after(events, sessions);
    outcomes = change.outcomes();
    return change.events().stream().map(Event::text).toList();
  }

  private static Map<SlotId, TrackedSessions> counted(int sessions) {
    return Map.of(SLOT, new TrackedSessions(sessions, null));
  }

  @Test
  void countsSessionsThatMovedAndThatWereLost() {
    assertEquals(List.of(), after(Map.of(), EventKind.DRAINING));
    assertEquals(List.of(), after(counted(12)));
    assertEquals(List.of(), after(counted(5)));
    assertEquals(
        List.of("12 tracked sessions: 9 moved to other members, 3 lost"),
        after(counted(3), EventKind.PARKED));
    assertEquals(Map.of(), outcomes.most());
  }

  @Test
  void countsSessionsThatWereLostWithoutADrain() {
    assertEquals(List.of(NONE_MOVED), after(counted(3), EventKind.PARKED));
  }

  @Test
  void reportsNothingThatWasNotCounted() {
    assertEquals(List.of(), after(Map.of(), EventKind.DRAINING));
    assertEquals(List.of(), after(Map.of(), EventKind.PARKED));
  }

  @Test
  void forgetsADrainThatWasTakenBack() {
    assertEquals(List.of(), after(counted(12), EventKind.DRAINING));
    assertEquals(List.of(), after(counted(12), EventKind.SERVING));
    assertEquals(List.of(NONE_MOVED), after(counted(3), EventKind.PARKED));
  }
}
