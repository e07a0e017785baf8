package io.rollcall.reconcile;

import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.plan.PlannerInput;
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
final class DrainOutcomes {
  private static final int UNCOUNTED = -1;

  /** The most tracked sessions that each draining slot was seen with. */
  private final Map<SlotId, Integer> most = new HashMap<>();

  /** It drains, or is taken out at once: what is tracked of it is to be counted. */
  public static boolean leaves(@Nullable Occupant o, PoolState memory) {
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
  public List<Event> told(List<Event> notes, Map<SlotId, PlannerInput.TrackedSessions> sticky) {
    sticky.forEach(
        (slot, now) -> most.computeIfPresent(slot, (_, n) -> Math.max(n, now.sessions())));
    var told = new ArrayList<Event>();
    for (Event note : notes) {
      SlotId slot = note.slot();
      if (slot == null) {
        continue;
      }
      PlannerInput.TrackedSessions now = sticky.get(slot);
      if (note.kind() == EventKind.DRAINING) {
        most.put(slot, now == null ? UNCOUNTED : now.sessions());
      } else if (note.kind() == EventKind.PARKED) {
        int before = most.getOrDefault(slot, now == null ? UNCOUNTED : now.sessions());
        if (now != null && before > 0) {
          int moved = before - now.sessions();
          told.add(
              new Event(
                  EventKind.SESSIONS,
                  note.member(),
                  slot,
                  "of %d tracked sessions %d moved to other members, %d were lost"
                      .formatted(before, moved, now.sessions())));
        }
      }
    }
    most.keySet().removeIf(slot -> notes.stream().anyMatch(note -> ends(note, slot)));
    return told;
  }

  private static boolean ends(Event note, SlotId slot) {
    return slot.equals(note.slot()) && note.kind() != EventKind.DRAINING;
  }
}
