package io.rollcall.core.control;

import io.rollcall.core.model.Announcement;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.OldWorker;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Snapshot;
import io.rollcall.core.plan.PlannerInput;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Answers the question of a backend whether it may stop. */
public final class DrainQuery {
  private DrainQuery() {}

  /** The answer by this state. */
  public static DrainAnswer answer(
      State state, List<PoolPolicy> pools, Announcement.Incarnation asked, Instant now) {
    Snapshot snapshot = state.haproxy().snapshot();
    return answer(
        asked,
        pools.stream()
            .map(pool -> PlannerInputs.of(state, pool, state.members().roster(), now))
            .toList(),
        snapshot == null ? List.of() : snapshot.oldWorkers(),
        state.haproxy().changed());
  }

  /**
   * The answer for one incarnation of a member.
   *
   * @param asked an empty boot means every incarnation
   * @param oldWorkers whose requests are not counted anywhere
   * @param unread slots that were sent a step since they were read; what HAProxy would start with
   *     is saved after the reading
   */
  static DrainAnswer answer(
      Announcement.Incarnation asked,
      Collection<PlannerInput> pools,
      List<OldWorker> oldWorkers,
      Set<SlotId> unread) {
    int sessions = 0;
    int requests = 0;
    boolean used = false;
    boolean unseen = false;
    for (PlannerInput pool : pools) {
      for (Map.Entry<SlotId, Occupant> e : pool.memory().occupants().entrySet()) {
        Occupant occupant = e.getValue();
        if (!occupant.member().equals(asked.member())
            || belongsToAnother(asked.boot(), occupant, pool)) {
          continue;
        }
        unseen |= oldWorkers.stream().anyMatch(old -> mayUse(old, occupant));
        if (occupant.state() == SlotState.PARKED && !unread.contains(e.getKey())) {
          continue;
        }
        used = true;
        PlannerInput.TrackedSessions counted = pool.sticky().get(e.getKey());
        sessions += counted == null ? 0 : counted.sessions();
        Slot slot = pool.slots().get(e.getKey());
        Slot.Load load = slot == null ? null : slot.load();
        requests += load == null ? 0 : load.current() + load.queued();
      }
    }
    if (unseen) {
      return new DrainAnswer.InUse(null, null);
    }
    return used ? new DrainAnswer.InUse(sessions, requests) : new DrainAnswer.Drained();
  }

  /** A process that was replaced after the member was parked had ended its requests before. */
  private static boolean mayUse(OldWorker old, Occupant occupant) {
    return occupant.state() != SlotState.PARKED || old.replacedAt().isBefore(occupant.since());
  }

  /**
   * The slot belongs to another incarnation. An announcement or a tag of the asked one may still be
   * on its way, and a backend that stops too early costs requests: so the list must have the other
   * one, and no announcement of the asked one may be open.
   */
  private static boolean belongsToAnother(String boot, Occupant occupant, PlannerInput pool) {
    Member member = pool.roster() == null ? null : pool.roster().get(occupant.member());
    return !boot.isEmpty()
        && !occupant.boot().isEmpty()
        && !occupant.boot().equals(boot)
        && member != null
        && member.boot().equals(occupant.boot())
        && pool.claims().of(occupant.member(), boot) == null;
  }
}
