package io.rollcall.core.plan;

import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A slot in maintenance, while address and limits are set for its new member. It joins once they
 * are read back.
 */
final class Preparation {
  private final PlannerInput input;

  Preparation(PlannerInput input) {
    this.input = input;
  }

  @Nullable Occupant next(TransitionBuilder change) {
    Occupant o = change.occupant();
    Slot slot = change.slot();
    if (change.desired().removes(o, !input.hasServed(o))) {
      change.step(new Step.ToMaint(slot.id()));
      change.event(EventKind.FREED, "no longer needed before it was ready");
      return null;
    }
    Occupant next =
        change.desired() instanceof DesiredState.Serve serve ? o.preparedFor(serve.service()) : o;
    boolean prepared = next.cleared() && isSet(slot, next);
    // a step of ours may have been applied although its reply was lost
    boolean joined = prepared && slot.admin() == Slot.Admin.READY;
    if (slot.admin() != Slot.Admin.MAINT && !joined) {
      change.step(new Step.ToMaint(slot.id()));
      return next;
    }
    if (prepared) {
      if (!joined) {
        change.step(new Step.Join(slot.id()));
      }
      change.event(EventKind.JOINING, "at " + next.endpoint() + ", waiting for its check");
      return next.withState(SlotState.JOINING, input.now(), "waiting for its first passing check");
    }
    return slot.idle() ? program(change, next) : endOldRequests(change, next);
  }

  private static Occupant program(TransitionBuilder change, Occupant next) {
    Slot slot = change.slot();
    if (!next.cleared()) {
      change.step(new Step.ClearSessions(slot.id(), slot.serverId()));
    }
    change.step(new Step.SetMaxconn(slot.id(), next.service().maxconn()));
    change.step(new Step.SetWeight(slot.id(), next.service().weight()));
    change.step(new Step.SetAddress(slot.id(), next.endpoint()));
    return next.withCleared(true);
  }

  /**
   * Requests of an earlier drain still run in the slot, beyond its deadline. After as much time
   * again they are ended, and again after that.
   */
  private Occupant endOldRequests(TransitionBuilder change, Occupant next) {
    Slot slot = change.slot();
    // HAProxy needs a moment to end them, even if drainTimeout is 0
    Instant due = next.since().plus(input.policy().drainTimeout()).plusSeconds(1);
    if (slot.load() == null || input.now().isBefore(due)) {
      return next;
    }
    change.step(new Step.ShutdownSessions(slot.id()));
    String why = "ended " + slot.load().current() + " requests that outlasted the drain";
    change.event(EventKind.CUT, why);
    return next.withState(SlotState.PREPARED, input.now(), why);
  }

  private static boolean isSet(Slot slot, Occupant o) {
    return o.endpoint().equals(slot.endpoint())
        && slot.weight() == o.service().weight()
        && slot.load() != null
        && slot.load().maxconn() == o.service().maxconn();
  }
}
