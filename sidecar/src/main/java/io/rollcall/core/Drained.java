package io.rollcall.core;

import java.util.Collection;
import java.util.Map;

/** The answer to the query {@code rollcall-drained} of a member that waits to end. */
public final class Drained {
  private Drained() {}

  /**
   * {@code drained}, or {@code draining SESSIONS REQUESTS} as they are now.
   *
   * @param payload the member's name, and after a tab what else it says
   */
  public static String answer(String payload, Collection<PoolView> views) {
    String name = payload.strip().split("\t", -1)[0];
    int sessions = 0;
    int requests = 0;
    boolean there = false;
    for (PoolView view : views) {
      for (Map.Entry<SlotId, Occupant> e : view.memory().occupants().entrySet()) {
        if (!e.getValue().member().equals(name) || e.getValue().state() == SlotState.PARKED) {
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
}
