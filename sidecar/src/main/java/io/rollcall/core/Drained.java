package io.rollcall.core;

import java.util.Collection;
import java.util.Map;

/** The answer to the query {@code rollcall-drained} of a member that waits to end. */
public final class Drained {
  private Drained() {}

  /**
   * {@code drained}, or {@code draining SESSIONS REQUESTS} as they are now.
   *
   * @param payload {@code NAME TAB BOOT}; without a boot any run of the member is meant
   */
  public static String answer(String payload, Collection<PoolView> views) {
    String[] asked = payload.strip().split("\t", -1);
    String name = asked[0];
    String boot = asked.length < 2 ? "" : asked[1];
    int sessions = 0;
    int requests = 0;
    boolean there = false;
    for (PoolView view : views) {
      for (Map.Entry<SlotId, Occupant> e : view.memory().occupants().entrySet()) {
        Occupant o = e.getValue();
        if (!o.member().equals(name) || o.state() == SlotState.PARKED || ofAnother(boot, o, view)) {
          continue;
        }
        there = true;
        PoolView.Sticky sticky = view.sticky().get(e.getKey());
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
  private static boolean ofAnother(String boot, Occupant o, PoolView view) {
    Member member = view.roster() == null ? null : view.roster().get(o.member());
    return !boot.isEmpty()
        && !o.boot().isEmpty()
        && !o.boot().equals(boot)
        && member != null
        && member.boot().equals(o.boot())
        && view.claims().of(o.member(), boot) == null;
  }
}
