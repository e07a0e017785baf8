package io.rollcall.core.plan;

import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One transition of an occupied slot: from what is remembered, what HAProxy shows and what is
 * wished, to the steps and the next state. The table is in {@link SlotState}. Every transition
 * rests on what was read after the step before it, so a step whose outcome is unknown is seen, not
 * guessed.
 */
public final class SlotStateMachine {
  /** After this a joining member is looked at no more often than all others. */
  private static final Duration SOON_FOR = Duration.ofSeconds(30);

  private final PlannerInput view;
  private final PlanBuilder draft;
  private final ManualChanges hands;
  private final Draining wayOut;
  private final Set<SlotId> removable;

  /**
   * Lives for one plan.
   *
   * @param before who was where when the plan began
   * @param removable slots that may be taken out because their occupants failed
   */
  SlotStateMachine(
      PlannerInput view, PlanBuilder draft, Map<SlotId, Occupant> before, Set<SlotId> removable) {
    this.view = view;
    this.draft = draft;
    this.hands = new ManualChanges(view, draft);
    this.wayOut = new Draining(view, draft, hands, before, removable);
    this.removable = removable;
  }

  /** The occupant's next state; null where the slot is free now. */
  @Nullable Occupant advance(Slot slot, Occupant occupant, DesiredState wish) {
    Occupant next = next(slot, occupant, wish);
    return next == null ? null : told(slot, occupant, next, wish);
  }

  private @Nullable Occupant next(Slot slot, Occupant occupant, DesiredState wish) {
    return switch (occupant.state()) {
      case FREE -> null;
      case PREPARED -> prepared(slot, occupant, wish);
      case JOINING -> joining(slot, occupant, wish);
      case SERVING -> serving(slot, occupant, wish);
      case SUSPECT -> suspect(slot, occupant, wish);
      case DRAINING -> wayOut.draining(slot, occupant, wish);
      case PARKED -> wayOut.parked(slot, occupant, wish);
    };
  }

  /** Tells once of each change of what is refused and of what HAProxy's check finds. */
  private Occupant told(Slot slot, Occupant before, Occupant next, DesiredState wish) {
    String refused = next.seatedNow() ? before.refused() : null;
    if (next.seatedNow() && wish instanceof DesiredState.Serve serve) {
      refused = serve.refused();
      if (refused != null && !refused.equals(before.refused())) {
        draft.note(EventKind.REFUSED, next.member(), slot.id(), refused + "; it keeps what it had");
      }
    }
    if (!before.inRotation() || !next.inRotation()) {
      return next.with(refused, null);
    }
    Occupant.Down down = before.down();
    if (slot.admin() != Slot.Admin.READY || slot.running() == (down == null)) {
      return next.with(refused, down);
    }
    if (down == null) {
      draft.note(EventKind.DOWN, next.member(), slot.id(), "check " + slot.check());
      return next.with(refused, new Occupant.Down(slot.check(), view.now()));
    }
    draft.note(EventKind.UP, next.member(), slot.id(), "check " + slot.check());
    Occupant up =
        next.state() == SlotState.SERVING
            ? next.to(SlotState.SERVING, view.now(), "its check passes again")
            : next;
    return up.with(refused, null);
  }

  private @Nullable Occupant prepared(Slot slot, Occupant o, DesiredState wish) {
    boolean wanted =
        switch (wish) {
          case DesiredState.Serve serve -> serve.endpoint().equals(o.endpoint());
          case DesiredState.Keep _, DesiredState.Refuse _ -> true;
          case DesiredState.Fail _ -> served(o);
          case DesiredState.Leave _, DesiredState.Rest _, DesiredState.NotYet _ -> false;
        };
    if (!wanted) {
      draft.steps.add(new Step.ToMaint(slot.id()));
      draft.note(EventKind.FREED, o.member(), slot.id(), "no longer wanted before it was ready");
      return null;
    }
    Occupant next = wish instanceof DesiredState.Serve serve ? o.anew(serve.service()) : o;
    draft.moving.add(slot.id());
    boolean prepared = next.cleared() && programmed(slot, next);
    // a step of ours may have been carried out and forgotten
    boolean joined = prepared && slot.admin() == Slot.Admin.READY;
    if (slot.admin() != Slot.Admin.MAINT && !joined) {
      draft.steps.add(new Step.ToMaint(slot.id()));
      return next;
    }
    if (prepared) {
      if (!joined) {
        draft.steps.add(new Step.Join(slot.id()));
      }
      String where = "at " + next.endpoint() + ", waits for its check";
      draft.note(EventKind.JOINING, o.member(), slot.id(), where);
      return next.to(SlotState.JOINING, view.now(), "waits for its first passing check");
    }
    if (!slot.idle()) {
      return outlasted(slot, next);
    }
    if (!next.cleared()) {
      draft.steps.add(new Step.ClearSessions(slot.id(), slot.serverId()));
    }
    draft.steps.add(new Step.SetMaxconn(slot.id(), next.service().maxconn()));
    draft.steps.add(new Step.SetWeight(slot.id(), next.service().weight()));
    draft.steps.add(new Step.SetAddress(slot.id(), next.endpoint()));
    return next.withCleared(true);
  }

  /**
   * Requests of an earlier drain still run in the slot. They had their time; after as much again
   * they are ended, and no sooner once more.
   */
  private Occupant outlasted(Slot slot, Occupant o) {
    // HAProxy needs a moment to end them, also where the drain is given none
    Instant due = o.since().plus(view.policy().drainTimeout()).plusSeconds(1);
    if (slot.load() == null || view.now().isBefore(due)) {
      return o;
    }
    draft.steps.add(new Step.ShutdownSessions(slot.id()));
    String why = "ended " + slot.load().current() + " requests that outlasted the drain";
    draft.note(EventKind.CUT, o.member(), slot.id(), why);
    return o.to(SlotState.PREPARED, view.now(), why);
  }

  private static boolean programmed(Slot slot, Occupant o) {
    return o.endpoint().equals(slot.endpoint())
        && slot.weight() == o.service().weight()
        && slot.load() != null
        && slot.load().maxconn() == o.service().maxconn();
  }

  private @Nullable Occupant joining(Slot slot, Occupant o, DesiredState wish) {
    if (view.now().isBefore(o.since().plus(SOON_FOR))) {
      draft.moving.add(slot.id());
    }
    Occupant found = verified(slot, o, wish);
    if (!found.equals(o)) {
      return found;
    }
    boolean elsewhere =
        wish instanceof DesiredState.Serve serve && !serve.endpoint().equals(o.endpoint());
    if (slot.serving() && !elsewhere) {
      draft.note(EventKind.SERVING, o.member(), slot.id(), joined(o));
      return o.to(SlotState.SERVING, view.now(), "its check passed");
    }
    return switch (wish) {
      case DesiredState.Serve serve when serve.endpoint().equals(o.endpoint()) -> {
        if (view.answering().contains(o.endpoint())) {
          draft.steps.add(new Step.HealthUp(slot.id()));
        }
        yield draft.adjusted(slot, o, serve.service());
      }
      case DesiredState.Serve _ -> {
        draft.steps.add(new Step.ToMaint(slot.id()));
        yield null;
      }
      case DesiredState.Leave leave ->
          wayOut.park(slot, o, leave.why() + " before it answered", false);
      case DesiredState.Rest rest -> wayOut.park(slot, o, rest.why(), false);
      case DesiredState.Fail fail -> {
        if (served(o) && !view.overdue(o)) {
          yield o;
        }
        yield wayOut.park(slot, o, fail.why() + " before it answered", true);
      }
      case DesiredState.NotYet notYet -> wayOut.park(slot, o, notYet.why(), false);
      case DesiredState.Keep _, DesiredState.Refuse _ -> o;
    };
  }

  private String joined(Occupant o) {
    return "check passed after " + Duration.between(o.since(), view.now()).toMillis() + " ms";
  }

  private Occupant verified(Slot slot, Occupant o, DesiredState wish) {
    boolean out =
        switch (wish) {
          case DesiredState.Serve serve -> !serve.endpoint().equals(o.endpoint());
          case DesiredState.Leave _, DesiredState.Rest _, DesiredState.NotYet _ -> true;
          case DesiredState.Fail _ ->
              o.state() == SlotState.JOINING ? !served(o) || view.overdue(o) : mayGo(slot, o);
          case DesiredState.Keep _, DesiredState.Refuse _ -> false;
        };
    return hands.verified(slot, o, wish, out);
  }

  /** It was in rotation: gossip alone does not keep it from coming back behind its check. */
  private boolean served(Occupant o) {
    return view.memory().known().containsKey(o.member());
  }

  /** It is suspect for a reason that suffices, and nothing holds it. */
  private boolean mayGo(Slot slot, Occupant o) {
    return o.state() == SlotState.SUSPECT
        && Hold.due(slot, o, view)
        && removable.contains(slot.id());
  }

  private Occupant serving(Slot slot, Occupant o, DesiredState wish) {
    Occupant found = verified(slot, o, wish);
    if (!found.equals(o)) {
      return found;
    }
    return switch (wish) {
      case DesiredState.Serve serve when serve.endpoint().equals(o.endpoint()) ->
          draft.adjusted(slot, o, serve.service());
      case DesiredState.Serve serve -> moved(slot, o, serve);
      case DesiredState.Leave leave -> wayOut.drain(slot, o, leave.why(), leave.within(), false);
      case DesiredState.Rest rest -> wayOut.park(slot, o, rest.why(), false);
      case DesiredState.Fail fail -> {
        draft.note(EventKind.SUSPECT, o.member(), slot.id(), fail.why());
        yield o.to(SlotState.SUSPECT, view.now(), fail.why());
      }
      case DesiredState.NotYet notYet ->
          wayOut.drain(slot, o, notYet.why(), view.policy().drainTimeout(), false);
      case DesiredState.Keep _, DesiredState.Refuse _ -> o;
    };
  }

  private Occupant suspect(Slot slot, Occupant o, DesiredState wish) {
    Occupant found = verified(slot, o, wish);
    if (!found.equals(o)) {
      return found;
    }
    return switch (wish) {
      case DesiredState.Serve serve when serve.endpoint().equals(o.endpoint()) -> {
        draft.note(EventKind.SERVING, o.member(), slot.id(), "back in gossip");
        yield draft
            .adjusted(slot, o, serve.service())
            .to(SlotState.SERVING, view.now(), "back in gossip");
      }
      case DesiredState.Serve serve -> moved(slot, o, serve);
      case DesiredState.Leave leave -> wayOut.drain(slot, o, leave.why(), leave.within(), false);
      case DesiredState.Rest rest -> wayOut.park(slot, o, rest.why(), false);
      case DesiredState.Fail fail -> {
        if (!mayGo(slot, o)) {
          yield o;
        }
        String check = slot.running() ? "suspect for too long" : "check " + slot.check();
        yield wayOut.drain(slot, o, fail.why() + ", " + check, view.policy().drainTimeout(), true);
      }
      case DesiredState.NotYet notYet ->
          wayOut.drain(slot, o, notYet.why(), view.policy().drainTimeout(), false);
      case DesiredState.Keep _, DesiredState.Refuse _ -> o;
    };
  }

  private Occupant moved(Slot slot, Occupant o, DesiredState.Serve serve) {
    return wayOut.drain(
        slot, o, "moved to " + serve.endpoint(), view.policy().drainTimeout(), false);
  }
}
