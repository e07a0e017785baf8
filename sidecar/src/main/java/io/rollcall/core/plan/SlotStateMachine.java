package io.rollcall.core.plan;

import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.ServerStates;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides the transition of an occupied slot: from the saved state, what HAProxy shows and what is
 * desired, to the steps and the next state. Every transition rests on what was read after the step
 * before it, so that a step with an unknown result is looked at, not guessed.
 */
final class SlotStateMachine {
  private final PlannerInput input;
  private final Preparation preparation;
  private final Joining joining;
  private final InRotation inRotation;
  private final Draining draining;
  private final Parking parking;
  private final AgentChecks agents;

  /**
   * Lives for one plan.
   *
   * @param before the occupants before any slot changes
   * @param removable slots that may be taken out because their members failed
   * @param givingWay slots of members whose check never passed that are needed by others
   */
  SlotStateMachine(
      PlannerInput input,
      Map<SlotId, Occupant> before,
      Set<SlotId> removable,
      Set<SlotId> givingWay) {
    this.agents = new AgentChecks(input);
    var manualChanges = new ManualChanges(input, agents);
    this.input = input;
    this.preparation = new Preparation(input);
    this.draining = new Draining(input, manualChanges, before, removable);
    this.joining = new Joining(input, manualChanges, draining, givingWay);
    this.inRotation = new InRotation(input, manualChanges, draining, removable);
    this.parking = new Parking(input, manualChanges, draining);
  }

  /** Adds the slot's transition to the plan, if it makes one. */
  void advance(TransitionBuilder change) {
    Occupant next =
        switch (change.occupant().state()) {
          case FREE -> null;
          case PREPARED -> preparation.next(change);
          case JOINING -> joining.next(change);
          case SERVING, SUSPECT -> inRotation.next(change);
          case DRAINING -> draining.next(change);
          case PARKED -> parking.next(change);
        };
    agents.adjust(change, next);
    if (next == null) {
      change.restoreLimit();
      change.finish(null);
      return;
    }
    change.finish(withCheck(change, next, invalid(change, next)));
  }

  /** What is invalid in the tags of a member that serves nevertheless; reported once. */
  private static @Nullable String invalid(TransitionBuilder change, Occupant next) {
    if (!next.isActive()) {
      return null;
    }
    String before = change.occupant().refused();
    if (!(change.desired() instanceof DesiredState.Serve serve)) {
      return before;
    }
    String invalid = serve.invalid();
    if (invalid != null && !invalid.equals(before)) {
      change.event(EventKind.REFUSED, invalid + "; the previous value is kept");
    }
    return invalid;
  }

  /** A member that was down when HAProxy restarted joins again, and is down until it is up. */
  private static Occupant.@Nullable Down staysDown(Occupant before, Occupant next) {
    boolean joins = next.state() == SlotState.PREPARED || next.state() == SlotState.JOINING;
    return joins && before.isActive() ? before.down() : null;
  }

  /** Reports once that the check fails in rotation, and that it passes again. */
  private Occupant withCheck(TransitionBuilder change, Occupant next, @Nullable String invalid) {
    if (!change.occupant().inRotation() || !next.inRotation()) {
      return next.withStatus(invalid, staysDown(change.occupant(), next));
    }
    Slot slot = change.slot();
    Occupant.Down down = change.occupant().down();
    if (slot.admin() != Slot.Admin.READY || slot.running() == (down == null)) {
      return next.withStatus(invalid, down);
    }
    if (down == null) {
      change.event(EventKind.DOWN, ServerStates.check(slot));
      return next.withStatus(invalid, new Occupant.Down(slot.check(), input.now()));
    }
    change.event(EventKind.UP, ServerStates.check(slot));
    Occupant up =
        next.state() == SlotState.SERVING
            ? next.withState(SlotState.SERVING, input.now(), "check passes again")
            : next;
    return up.withStatus(invalid, null);
  }
}
