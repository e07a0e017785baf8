package io.rollcall.core.plan;

import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.ServerStates;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import java.time.Duration;
import java.util.Set;

/** A slot in rotation: it serves, or is suspect because gossip lost its member. */
final class InRotation {
  private final PlannerInput input;
  private final ManualChanges manualChanges;
  private final Draining draining;
  private final Set<SlotId> removable;

  /**
   * @param removable slots that may be taken out because their members failed
   */
  InRotation(
      PlannerInput input, ManualChanges manualChanges, Draining draining, Set<SlotId> removable) {
    this.input = input;
    this.manualChanges = manualChanges;
    this.draining = draining;
    this.removable = removable;
  }

  Occupant next(TransitionBuilder change) {
    Occupant o = change.occupant();
    if (!draining.hasOtherSlot(change) && manualChanges.liftIntent(change)) {
      return o;
    }
    boolean failureSuffices = failureSuffices(change);
    Occupant compared = manualChanges.compare(change, change.desired().removes(o, failureSuffices));
    if (!compared.equals(o)) {
      return compared;
    }
    Duration drainTimeout = input.policy().drainTimeout();
    return switch (change.desired()) {
      case DesiredState.Serve serve ->
          serve.servesAt(o.endpoint())
              ? serve(change, serve)
              : draining.start(change, "moved to " + serve.endpoint(), drainTimeout, false);
      case DesiredState.Leave leave -> draining.start(change, leave.why(), leave.within(), false);
      case DesiredState.Cut cut -> draining.cut(change, cut.why());
      case DesiredState.Maintain maintain -> draining.park(change, maintain.why(), false);
      case DesiredState.NotAdmitted refused ->
          draining.start(change, refused.why(), drainTimeout, false);
      case DesiredState.Starting starting ->
          draining.start(change, starting.why(), drainTimeout, false);
      case DesiredState.Fail fail -> {
        if (o.state() == SlotState.SERVING) {
          yield suspect(change, fail);
        }
        yield failureSuffices
            ? draining.start(change, fail.why() + ", " + check(change.slot()), drainTimeout, true)
            : o;
      }
      case DesiredState.Keep _ ->
          o.isUnnamed() && o.state() == SlotState.SUSPECT && change.slot().running()
              ? o.withState(SlotState.SERVING, input.now(), "check passes again")
              : o;
      case DesiredState.InvalidTags _ -> o;
    };
  }

  /** It is suspect, its check fails or it is overdue, and its removal is not held. */
  private boolean failureSuffices(TransitionBuilder change) {
    return change.occupant().state() == SlotState.SUSPECT
        && Hold.isDue(change.slot(), change.occupant(), input)
        && removable.contains(change.id());
  }

  private Occupant serve(TransitionBuilder change, DesiredState.Serve serve) {
    Occupant adjusted = change.adjust(serve.service());
    if (adjusted.state() == SlotState.SERVING) {
      return adjusted;
    }
    change.event(EventKind.SERVING, "back in gossip");
    return adjusted.withState(SlotState.SERVING, input.now(), "back in gossip");
  }

  private Occupant suspect(TransitionBuilder change, DesiredState.Fail fail) {
    change.event(EventKind.SUSPECT, fail.why());
    return change.occupant().withState(SlotState.SUSPECT, input.now(), fail.why());
  }

  private static String check(Slot slot) {
    if (!slot.running()) {
      return ServerStates.check(slot);
    }
    return slot.report().checked() ? "suspectTimeout is over" : "without a check";
  }
}
