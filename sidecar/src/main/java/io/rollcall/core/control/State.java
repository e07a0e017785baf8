package io.rollcall.core.control;

import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Everything that the sidecar knows, at one instant. Page, stream, metrics, alerts and the answers
 * to backends are functions of it.
 *
 * @param version grows with every change
 * @param saved what outlives the process
 * @param actions requested and not taken yet, the oldest first
 */
public record State(
    long version,
    SavedState saved,
    Membership members,
    HaproxyState haproxy,
    Health health,
    Cycle cycle,
    List<OperatorInput.ActionRequested> actions,
    RefusedSteps refused,
    ReadinessProbes probes,
    DrainOutcomes drains) {
  public State {
    actions = List.copyOf(actions);
  }

  /** Nothing is known, and no cycle begins before {@link Input.StateLoaded}. */
  public static State initial(Instant now) {
    return new State(
        0,
        SavedState.EMPTY,
        Membership.UNKNOWN,
        HaproxyState.UNKNOWN,
        Health.OK,
        Cycle.starting(now),
        List.of(),
        RefusedSteps.NONE,
        ReadinessProbes.NONE,
        DrainOutcomes.NONE);
  }

  /** Slots with an occupant, as they were read last; none while HAProxy is unreachable. */
  public List<Slot> usedSlots() {
    return usedSlots(haproxy, saved);
  }

  static List<Slot> usedSlots(HaproxyState haproxy, SavedState saved) {
    var used = new ArrayList<Slot>();
    saved
        .pools()
        .forEach((backend, pool) -> {
          List<Slot> slots = haproxy.slots(backend);
          if (slots != null) {
            slots.stream()
                .filter(slot -> pool.occupants().containsKey(slot.id()))
                .forEach(used::add);
          }
        });
    return used;
  }

  /** Slots whose occupants drain or are taken out at once: their sessions are counted. */
  static Set<SlotId> leavingSlots(SavedState saved) {
    var leaving = new HashSet<SlotId>();
    for (PoolState pool : saved.pools().values()) {
      pool.occupants()
          .forEach((slot, occupant) -> {
            if (leaves(occupant, pool)) {
              leaving.add(slot);
            }
          });
    }
    return leaving;
  }

  private static boolean leaves(Occupant occupant, PoolState pool) {
    Intent intent = pool.intents().get(occupant.member());
    return occupant.state() != SlotState.PARKED
        && (occupant.state() == SlotState.DRAINING
            || (intent != null && intent.action() == Intent.Action.MAINT));
  }

  /** Somebody reads the status: nothing that the status shows changes, so the version stays. */
  State viewed(Instant now) {
    return new State(
        version,
        saved,
        members,
        haproxy,
        health,
        cycle.withViewedAt(now),
        actions,
        refused,
        probes,
        drains);
  }
}
