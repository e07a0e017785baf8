package io.rollcall.core.plan;

import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.Readiness;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A slot in maintenance, while address and limits are set for its new member. It joins once they
 * are read back.
 */
final class Preparation {
  /** Why a member joins as up. */
  static final String ANSWERED = "its application answers";

  private static final String AWAITED = "waiting for its application to answer";

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
    ServerLimit limit = ServerLimit.of(next, next.service(), slot);
    next = next.withConfiguredMaxconn(limit.configured());
    boolean prepared = next.cleared() && isSet(slot, next) && limit.isSet();
    // a step of ours may have been applied although its reply was lost
    boolean joined = prepared && slot.admin() == Slot.Admin.READY;
    if (slot.admin() != Slot.Admin.MAINT && !joined) {
      change.step(new Step.ToMaint(slot.id()));
      return next;
    }
    if (prepared && !joined && input.awaited().contains(next.endpoint())) {
      return next.why().equals(AWAITED)
          ? next
          : next.withState(SlotState.PREPARED, input.now(), AWAITED);
    }
    if (prepared) {
      return join(change, next, joined);
    }
    return slot.idle() ? program(change, next, limit) : endOldRequests(change, next);
  }

  /** One whose application is ready is up at once; HAProxy's check goes on from there. */
  private Occupant join(TransitionBuilder change, Occupant next, boolean joined) {
    boolean ready = !joined && input.answering().contains(next.endpoint());
    if (!joined) {
      // without a check of its own its health cannot be set
      boolean own = change.slot().report().ownCheck();
      change.step(own ? new Step.Join(change.id()) : new Step.ToReady(change.id()));
    }
    if (ready) {
      change.step(new Step.HealthUp(change.id()));
    }
    String waiting = ready ? ", its application answers" : ", waiting for its check";
    change.event(EventKind.JOINING, "at " + next.endpoint() + waiting);
    return next.withState(
        SlotState.JOINING, input.now(), ready ? ANSWERED : "waiting for its first passing check");
  }

  private Occupant program(TransitionBuilder change, Occupant next, ServerLimit limit) {
    program(change.slot(), next, limit).forEach(change::step);
    return programmed(next, input);
  }

  /** The occupant of a slot that is set up for it. */
  static Occupant programmed(Occupant next, PlannerInput input) {
    boolean asked = input.policy().readiness().kind() != Readiness.Kind.OFF;
    return (asked ? next.withState(SlotState.PREPARED, input.now(), AWAITED) : next)
        .withCleared(true);
  }

  /**
   * A member that returns to the slot that has its address: nobody else had that since, so that it
   * is programmed at once. A limit that is to be changed is saved first.
   */
  static Occupant returned(TransitionBuilder change, Occupant next, PlannerInput input) {
    Slot slot = change.slot();
    boolean saved = next.service().maxconn() == null || next.configuredMaxconn() != null;
    if (!saved || slot.admin() != Slot.Admin.MAINT || !slot.idle()) {
      return next;
    }
    ServerLimit limit = ServerLimit.of(next, next.service(), slot);
    if (next.cleared() && isSet(slot, next) && limit.isSet()) {
      return next;
    }
    program(slot, next, limit).forEach(change::step);
    return programmed(next.withConfiguredMaxconn(limit.configured()), input);
  }

  /** The steps that set an idle slot in maintenance up for its occupant. */
  static List<Step> program(Slot slot, Occupant next, ServerLimit limit) {
    var steps = new ArrayList<Step>();
    if (!next.cleared()) {
      steps.add(new Step.ClearSessions(slot.id(), slot.serverId()));
    }
    if (limit.maxconn() != null) {
      steps.add(new Step.SetMaxconn(slot.id(), limit.maxconn()));
    }
    int weight = next.service().weightIn(slot);
    if (slot.weight() != weight) {
      steps.add(new Step.SetWeight(slot.id(), weight));
    }
    steps.add(new Step.SetAddress(slot.id(), next.endpoint()));
    return steps;
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
        && slot.weight() == o.service().weightIn(slot)
        && slot.load() != null;
  }
}
