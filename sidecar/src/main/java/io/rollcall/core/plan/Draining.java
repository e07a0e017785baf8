package io.rollcall.core.plan;

import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A slot that drains: it takes no new sessions, until it is parked or its member returns. */
final class Draining {
  private final PlannerInput input;
  private final ManualChanges manualChanges;

  /** The slots of each member in which it serves or is to serve. */
  private final Map<String, List<SlotId>> active = new HashMap<>();

  private final Set<SlotId> removable;

  /**
   * @param before the occupants before any slot changes
   * @param removable slots that may be taken out because their members failed
   */
  Draining(
      PlannerInput input,
      ManualChanges manualChanges,
      Map<SlotId, Occupant> before,
      Set<SlotId> removable) {
    this.input = input;
    this.manualChanges = manualChanges;
    before.forEach((id, occupant) -> {
      if (occupant.isActive()) {
        active.computeIfAbsent(occupant.member(), _ -> new ArrayList<>(1)).add(id);
      }
    });
    this.removable = removable;
  }

  Occupant start(TransitionBuilder change, String why, Duration within, boolean failed) {
    if (change.slot().admin() == Slot.Admin.MAINT && input.restarted(change.slot())) {
      return park(change, why + "; HAProxy restarted without it", failed);
    }
    if (change.slot().admin() != Slot.Admin.DRAIN) { // by hand: it may be taken back any moment
      change.step(new Step.ToDrain(change.id()));
    }
    change.event(failed ? EventKind.REMOVING : EventKind.DRAINING, why);
    return change.occupant().draining(input.now(), why, input.now().plus(within), failed);
  }

  Occupant park(TransitionBuilder change, String why, boolean failed) {
    change.step(new Step.ToMaint(change.id()));
    change.event(failed ? EventKind.FAILED : EventKind.PARKED, why);
    return change.occupant().parked(input.now(), why, failed);
  }

  /** Takes it out at once, and ends what runs there. */
  Occupant cut(TransitionBuilder change, String why) {
    Slot.Load load = change.slot().load();
    Occupant parked = park(change, why, false);
    change.step(new Step.ShutdownSessions(change.id()));
    String count = load == null ? "?" : Integer.toString(load.current());
    change.event(EventKind.CUT, "ended " + count + " sessions: " + why);
    return parked;
  }

  Occupant next(TransitionBuilder change) {
    Occupant o = change.occupant();
    Slot slot = change.slot();
    Instant deadline = deadline(change);
    if (slot.admin() == Slot.Admin.MAINT) {
      // with time left for requests that run, no step of ours asked for it
      if (slot.load() != null && !slot.idle() && input.now().isBefore(deadline)) {
        manualChanges.keepMaintenance(change);
      }
      return park(change, "in maintenance before the drain ended", o.byFailure());
    }
    if (!o.endpoint().equals(slot.endpoint())) {
      manualChanges.reportDrift(
          change,
          "address %s while draining, expected %s".formatted(slot.endpoint(), o.endpoint()));
      return park(change, "address changed while draining", o.byFailure());
    }
    if (change.desired() instanceof DesiredState.Cut cut) {
      return cut(change, cut.why());
    }
    if (change.desired() instanceof DesiredState.Maintain maintain) {
      return park(change, maintain.why(), false);
    }
    Occupant returned = returned(change);
    if (returned != null) {
      return returned;
    }
    return manualChanges.liftIntent(change) ? o : goOn(change, deadline);
  }

  /** Back in rotation, or null if it goes on to drain. */
  private @Nullable Occupant returned(TransitionBuilder change) {
    Occupant o = change.occupant();
    if (change.desired() instanceof DesiredState.Serve serve
        && serve.servesAt(o.endpoint())
        && !hasOtherSlot(change)) {
      change.step(new Step.ToReady(change.id()));
      change.event(EventKind.SERVING, "returned while draining");
      return change
          .adjust(serve.service())
          .withState(SlotState.SERVING, input.now(), "returned while draining");
    }
    if (change.desired() instanceof DesiredState.Fail
        && o.byFailure()
        && change.slot().running()
        && !removable.contains(change.id())) {
      change.step(new Step.ToReady(change.id()));
      return o.withState(SlotState.SUSPECT, input.now(), "removal held");
    }
    return null;
  }

  private Occupant goOn(TransitionBuilder change, Instant deadline) {
    Occupant o = change.occupant();
    Slot slot = change.slot();
    PlannerInput.TrackedSessions sessions = input.sticky().get(slot.id());
    if (slot.idle() && (!slot.running() || isQuiet(sessions))) {
      boolean said = o.byFailure() || o.why().startsWith("drained ");
      return park(change, said ? o.why() : "drained: " + o.why(), o.byFailure());
    }
    if (!input.now().isBefore(deadline)) {
      String why = "drain deadline reached with " + remaining(slot, sessions);
      return park(change, why, o.byFailure());
    }
    if (slot.admin() == Slot.Admin.READY) {
      manualChanges.reportStateDrift(change, "state ready while draining, expected drain");
      change.step(new Step.ToDrain(slot.id()));
    }
    return deadline.equals(o.deadline()) ? o : o.withDeadline(deadline);
  }

  /**
   * A member may later allow less time than was planned, never more. A clock that was set back
   * lengthens nothing.
   */
  private Instant deadline(TransitionBuilder change) {
    Occupant o = change.occupant();
    Instant longest = input.now().plus(input.policy().drainTimeout());
    Instant planned = o.deadline() == null ? input.now() : earlier(o.deadline(), longest);
    return change.desired() instanceof DesiredState.Leave leave
        ? earlier(o.since().plus(leave.within()), planned)
        : planned;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private boolean isQuiet(PlannerInput.@Nullable TrackedSessions sessions) {
    return sessions != null
        && (sessions.lastSeen() == null
            || !sessions.lastSeen().plus(input.policy().sessionIdle()).isAfter(input.now()));
  }

  private static String remaining(Slot slot, PlannerInput.@Nullable TrackedSessions sessions) {
    Slot.Load load = slot.load();
    return "%s requests and %s sessions left"
        .formatted(
            load == null ? "?" : load.current() + load.queued(),
            sessions == null ? "?" : sessions.sessions());
  }

  /** It moved and came back: the slot of the address in between is given up first. */
  boolean hasOtherSlot(TransitionBuilder change) {
    return active.getOrDefault(change.occupant().member(), List.of()).stream()
        .anyMatch(slot -> !slot.equals(change.id()));
  }
}
