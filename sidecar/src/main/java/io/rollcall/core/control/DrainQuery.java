package io.rollcall.core.control;

import io.rollcall.core.model.Member;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.plan.PlannerInput;
import java.util.Collection;
import java.util.Map;

/** The answer to the query {@code rollcall-drained} of a member that waits to end. */
public final class DrainQuery {
  private DrainQuery() {}

  /**
   * {@code drained}, or {@code draining SESSIONS REQUESTS} as they are now.
   *
   * @param payload {@code NAME TAB BOOT}; without a boot any run of the member is meant
   */
  public static String answer(String payload, Collection<PlannerInput> views) {
    String[] asked = payload.strip().split("\t", -1);
    String name = asked[0];
    String boot = asked.length < 2 ? "" : asked[1];
    int sessions = 0;
    int requests = 0;
    boolean there = false;
    for (PlannerInput view : views) {
      for (Map.Entry<SlotId, Occupant> e : view.memory().occupants().entrySet()) {
        Occupant o = e.getValue();
        if (!o.member().equals(name) || o.state() == SlotState.PARKED || ofAnother(boot, o, view)) {
          continue;
        }
        there = true;
        PlannerInput.TrackedSessions sticky = view.sticky().get(e.getKey());
        sessions += sticky == null ? 0 : sticky.sessions();
        Slot slot = view.slots().get(e.getKey());
        Slot.Load load = slot == null ? null : slot.load();
        requests += load == null ? 0 : load.current() + load.queued();
      }
    }
    return there ? "draining " + sessions + " " + requests : "drained";
  }

  /**
   * The slot is that of another run. A word or a tag of the asked one may still be on its way, and
   * who ends too early costs requests: so the list must know the other one, and no open word be of
   * the asked one.
   */
  private static boolean ofAnother(String boot, Occupant o, PlannerInput view) {
    Member member = view.roster() == null ? null : view.roster().get(o.member());
    return !boot.isEmpty()
        && !o.boot().isEmpty()
        && !o.boot().equals(boot)
        && member != null
        && member.boot().equals(o.boot())
        && view.claims().of(o.member(), boot) == null;
  }
}
