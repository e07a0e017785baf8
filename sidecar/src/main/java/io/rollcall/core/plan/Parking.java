package io.rollcall.core.plan;

import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A slot in maintenance that keeps the address for the return of its member. */
final class Parking {
  /** How long a parked member keeps its slot. */
  static final Duration PARKED_FOR = Duration.ofHours(1);

  private final PlannerInput input;
  private final ManualChanges manualChanges;
  private final Draining draining;

  Parking(PlannerInput input, ManualChanges manualChanges, Draining draining) {
    this.input = input;
    this.manualChanges = manualChanges;
    this.draining = draining;
  }

  @Nullable Occupant next(TransitionBuilder change) {
    Occupant o = change.occupant();
    Slot slot = change.slot();
    if (change.desired() instanceof DesiredState.Serve serve && serve.servesAt(o.endpoint())) {
      if (draining.hasOtherSlot(change)) {
        return o;
      }
      Occupant returned =
          o.preparedFor(serve.service()).withState(SlotState.PREPARED, input.now(), "returned");
      return Preparation.returned(change, returned, input);
    }
    if (manualChanges.liftIntent(change)) {
      return o;
    }
    if (slot.admin() != Slot.Admin.MAINT) {
      String found = ManualChanges.name(slot.admin());
      manualChanges.reportStateDrift(change, "state " + found + " while parked, expected maint");
      change.step(new Step.ToMaint(slot.id()));
      return o;
    }
    if (change.desired() instanceof DesiredState.Serve) {
      return null;
    }
    boolean gone = input.roster() != null && input.roster().excludes(o.member());
    if (gone || isOver(change)) {
      change.event(EventKind.FREED, gone ? "no longer in the member list" : "parked for 1 h");
      return null;
    }
    return o;
  }

  /** A member that an operator took out keeps its slot for as long as that lasts. */
  private boolean isOver(TransitionBuilder change) {
    Intent intent = change.intent();
    boolean asked = intent != null && intent.action() != null;
    return !asked && !input.now().isBefore(change.occupant().since().plus(PARKED_FOR));
  }
}
