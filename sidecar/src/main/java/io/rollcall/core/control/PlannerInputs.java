package io.rollcall.core.control;

import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.plan.PlannerInput;
import io.rollcall.core.plan.PlannerInputBuilder;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of one pool, as the planner and the status read it. */
public final class PlannerInputs {
  private PlannerInputs() {}

  /**
   * One pool of a state.
   *
   * @param roster null to show nothing that only the member list says
   */
  public static PlannerInput of(
      State state, PoolPolicy policy, @Nullable Roster roster, Instant now) {
    List<Slot> slots = state.haproxy().slots(policy.backend());
    return of(
            policy,
            slots == null ? List.of() : slots,
            state.members(),
            roster,
            state.haproxy(),
            state.saved(),
            now)
        .build();
  }

  static PlannerInputBuilder of(
      PoolPolicy policy,
      List<Slot> slots,
      Membership members,
      @Nullable Roster roster,
      HaproxyState haproxy,
      SavedState saved,
      Instant now) {
    var byId = new LinkedHashMap<SlotId, Slot>();
    var sessions = new HashMap<SlotId, PlannerInput.TrackedSessions>();
    for (Slot slot : slots) {
      byId.put(slot.id(), slot);
      PlannerInput.TrackedSessions counted = haproxy.sessions().get(slot.id());
      if (counted != null) {
        sessions.put(slot.id(), counted);
      }
    }
    return PlannerInput.builder(now, policy)
        .roster(roster)
        .servers(byId)
        .sticky(Map.copyOf(sessions))
        .local(haproxy.local().withAgent(members.agent()))
        .claims(members.announcements())
        .restarted(haproxy.unconfirmed())
        .memory(saved.pool(policy.backend()))
        .matched(members.matched().contains(policy.backend()));
  }
}
