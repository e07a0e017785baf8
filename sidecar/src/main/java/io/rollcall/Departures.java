package io.rollcall;

import io.rollcall.core.Intent;
import io.rollcall.core.Note;
import io.rollcall.core.Occupant;
import io.rollcall.core.PoolMemory;
import io.rollcall.core.PoolView;
import io.rollcall.core.SlotId;
import io.rollcall.core.SlotState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the tracked sessions of members that leave. Those that come back meanwhile are
 * served by others: moved. Those that still name the member when it is parked are lost to it. Used
 * on one context.
 */
final class Departures {
  private static final int UNCOUNTED = -1;

  /** The most tracked sessions that each draining slot was seen with. */
  private final Map<SlotId, Integer> most = new HashMap<>();

  /** It drains, or is taken out at once: what is tracked of it is to be counted. */
  static boolean leaves(@Nullable Occupant o, PoolMemory memory) {
    if (o == null || o.state() == SlotState.PARKED) {
      return false;
    }
    Intent intent = memory.intents().get(o.member());
    return o.state() == SlotState.DRAINING
        || (intent != null && intent.action() == Intent.Action.MAINT);
  }

  /**
   * Follows the drains of one pool.
   *
   * @param notes of the plan just applied
   * @param sticky what was counted for it
   * @return what to tell of members that are gone
   */
  List<Note> told(List<Note> notes, Map<SlotId, PoolView.Sticky> sticky) {
    sticky.forEach(
        (slot, now) -> most.computeIfPresent(slot, (_, n) -> Math.max(n, now.sessions())));
    var told = new ArrayList<Note>();
    for (Note note : notes) {
      SlotId slot = note.slot();
      if (slot == null) {
        continue;
      }
      PoolView.Sticky now = sticky.get(slot);
      switch (note.kind()) {
        case "draining" -> most.put(slot, now == null ? UNCOUNTED : now.sessions());
        case "parked" -> {
          int before = most.getOrDefault(slot, now == null ? UNCOUNTED : now.sessions());
          if (now != null && before > 0) {
            int moved = before - now.sessions();
            told.add(
                new Note(
                    "sessions",
                    note.member(),
                    slot,
                    "of %d tracked sessions %d moved to other members, %d were lost"
                        .formatted(before, moved, now.sessions())));
          }
        }
        default -> {
          // it says nothing of a drain
        }
      }
    }
    most.keySet().removeIf(slot -> notes.stream().anyMatch(note -> ends(note, slot)));
    return told;
  }

  private static boolean ends(Note note, SlotId slot) {
    return slot.equals(note.slot()) && !note.kind().equals("draining");
  }
}
