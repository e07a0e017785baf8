package io.rollcall.core.control;

import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.plan.PlannerInput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What becomes of the tracked sessions of members that leave. Sessions that are used again
 * meanwhile are served by other members: moved. Those that still name the member when it is parked
 * are lost.
 *
 * @param most by draining slot, the most tracked sessions that were counted; -1 for none yet
 */
public record DrainOutcomes(Map<SlotId, Integer> most) {
  public static final DrainOutcomes NONE = new DrainOutcomes(Map.of());
  private static final int UNCOUNTED = -1;

  /** The outcomes after a plan, and the events for members that are gone. */
  record DrainReport(DrainOutcomes outcomes, List<Event> events) {}

  public DrainOutcomes {
    most = Map.copyOf(most);
  }

  /**
   * Follows the drains.
   *
   * @param events of the plan just applied
   * @param sessions what was counted before it
   */
  DrainReport after(List<Event> events, Map<SlotId, PlannerInput.TrackedSessions> sessions) {
    var next = new HashMap<>(most);
    sessions.forEach(
        (slot, counted) -> next.computeIfPresent(slot, (_, n) -> Math.max(n, counted.sessions())));
    var ended = new ArrayList<Event>();
    for (Event event : events) {
      SlotId slot = event.slot();
      if (slot == null) {
        continue;
      }
      PlannerInput.TrackedSessions counted = sessions.get(slot);
      int now = counted == null ? UNCOUNTED : counted.sessions();
      if (event.kind() == EventKind.DRAINING || event.kind() == EventKind.REMOVING) {
        next.put(slot, now);
        continue;
      }
      Integer before = next.remove(slot);
      boolean ends = event.kind() == EventKind.PARKED || event.kind() == EventKind.FAILED;
      if (ends && counted != null) {
        addOutcome(event, before == null ? now : before, now, ended);
      }
    }
    return new DrainReport(new DrainOutcomes(next), ended);
  }

  private static void addOutcome(Event parked, int before, int now, List<Event> ended) {
    if (before > 0) {
      String text =
          "%d tracked sessions: %d moved to other members, %d lost"
              .formatted(before, before - now, now);
      ended.add(new Event(EventKind.SESSIONS, parked.member(), parked.slot(), text));
    }
  }
}
