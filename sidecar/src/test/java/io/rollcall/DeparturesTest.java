package io.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.Note;
import io.rollcall.core.PoolView.Sticky;
import io.rollcall.core.SlotId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DeparturesTest {
  private static final SlotId SLOT = new SlotId("nodes", "slot1");

  private static final String NONE_MOVED =
      "of 3 tracked sessions 0 moved to other members, 3 were lost";

  private final Departures departures = new Departures();

  private List<String> told(Map<SlotId, Sticky> sticky, String... kinds) {
    var notes = List.of(kinds).stream().map(kind -> new Note(kind, "s1", SLOT, "")).toList();
    return departures.told(notes, sticky).stream().map(Note::text).toList();
  }

  private static Map<SlotId, Sticky> counted(int sessions) {
    return Map.of(SLOT, new Sticky(sessions, null));
  }

  @Test
  void tellsWhoMovedAndWhoWasLost() {
    assertEquals(List.of(), told(Map.of(), "draining"));
    assertEquals(List.of(), told(counted(12)));
    assertEquals(List.of(), told(counted(5)));
    assertEquals(
        List.of("of 12 tracked sessions 9 moved to other members, 3 were lost"),
        told(counted(3), "parked"));
  }

  @Test
  void tellsWhoWasLostWhereTheMemberDidNotDrain() {
    assertEquals(List.of(NONE_MOVED), told(counted(3), "parked"));
  }

  @Test
  void tellsNothingOfWhatWasNotCounted() {
    assertEquals(List.of(), told(Map.of(), "draining"));
    assertEquals(List.of(), told(Map.of(), "parked"));
  }

  @Test
  void forgetsADrainThatWasTakenBack() {
    assertEquals(List.of(), told(counted(12), "draining"));
    assertEquals(List.of(), told(counted(12), "serving"));
    assertEquals(List.of(NONE_MOVED), told(counted(3), "parked"));
  }
}
