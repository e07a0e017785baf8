package io.rollcall.core.plan;

import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Intent;
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

/** The last part of a slot's life: its occupant drains, then it is parked, and may come back. */
final class Draining {
  /** How long a parked member keeps its slot. */
  static final Duration PARKED_FOR = Duration.ofHours(1);

  private final PlannerInput view;
  private final PlanBuilder draft;
  private final ManualChanges hands;
  private final Map<SlotId, Occupant> before;
  private final Set<SlotId> removable;

  Draining(
      PlannerInput view,
      PlanBuilder draft,
      ManualChanges hands,
      Map<SlotId, Occupant> before,
      Set<SlotId> removable) {
    this.view = view;
    this.draft = draft;
    this.hands = hands;
    this.before = before;
    this.removable = removable;
  }

  Occupant drain(Slot slot, Occupant o, String why, Duration within, boolean failed) {
    draft.moving.add(slot.id());
    draft.steps.add(new Step.ToDrain(slot.id()));
    draft.note(EventKind.DRAINING, o.member(), slot.id(), why);
    return o.draining(view.now(), why, view.now().plus(within), failed);
  }

  Occupant park(Slot slot, Occupant o, String why, boolean failed) {
    draft.steps.add(new Step.ToMaint(slot.id()));
    draft.note(EventKind.PARKED, o.member(), slot.id(), why);
    return o.parked(view.now(), why, failed);
  }

  Occupant draining(Slot slot, Occupant o, DesiredState wish) {
    draft.moving.add(slot.id());
    Instant end = deadline(o, wish);
    if (slot.admin() == Slot.Admin.MAINT) {
      // while requests run and have time left, no step of ours asked for it
      if (slot.load() != null && !slot.idle() && view.now().isBefore(end)) {
        hands.maintained(slot, o, wish);
      }
      return park(slot, o, "in maintenance before it was drained", o.byFailure());
    }
    if (!o.endpoint().equals(slot.endpoint())) {
      hands.drift(o, slot, "has the address " + slot.endpoint() + " while it drains");
      return park(slot, o, "its address was changed while it drained", o.byFailure());
    }
    if (wish instanceof DesiredState.Rest rest) {
      return park(slot, o, rest.why(), false);
    }
    if (wish instanceof DesiredState.Serve serve
        && serve.endpoint().equals(o.endpoint())
        && !seatedElsewhere(slot, o)) {
      draft.steps.add(new Step.ToReady(slot.id()));
      draft.note(EventKind.SERVING, o.member(), slot.id(), "wanted again while it drained");
      return draft
          .adjusted(slot, o, serve.service())
          .to(SlotState.SERVING, view.now(), "wanted again");
    }
    if (wish instanceof DesiredState.Fail
        && o.byFailure()
        && slot.running()
        && !removable.contains(slot.id())) {
      draft.steps.add(new Step.ToReady(slot.id()));
      return o.to(SlotState.SUSPECT, view.now(), "its removal is held");
    }
    if (hands.lifted(slot, o)) {
      return o;
    }
    PlannerInput.TrackedSessions sticky = view.sticky().get(slot.id());
    if (slot.idle() && (!slot.running() || quiet(sticky))) {
      return park(slot, o, "drained: " + o.why(), o.byFailure());
    }
    if (!view.now().isBefore(end)) {
      return park(slot, o, "drain cut off at its deadline: " + left(slot, sticky), o.byFailure());
    }
    if (slot.admin() == Slot.Admin.READY) {
      hands.drift(o, slot, "is ready while it drains");
      draft.steps.add(new Step.ToDrain(slot.id()));
    }
    return end.equals(o.deadline()) ? o : o.withDeadline(end);
  }

  @Nullable Occupant parked(Slot slot, Occupant o, DesiredState wish) {
    if (wish instanceof DesiredState.Serve serve && serve.endpoint().equals(o.endpoint())) {
      draft.moving.add(slot.id());
      return seatedElsewhere(slot, o)
          ? o
          : o.anew(serve.service()).to(SlotState.PREPARED, view.now(), "wanted again");
    }
    if (hands.lifted(slot, o)) {
      return o;
    }
    if (slot.admin() != Slot.Admin.MAINT) {
      hands.drift(o, slot, "is " + ManualChanges.word(slot.admin()) + " while it is parked");
      draft.steps.add(new Step.ToMaint(slot.id()));
      return o;
    }
    if (wish instanceof DesiredState.Serve) {
      return null;
    }
    boolean gone = view.roster() != null && view.roster().lacks(o.member());
    Intent intent = draft.intents.get(o.member());
    boolean asked = intent != null && intent.action() != null;
    boolean old = !asked && !view.now().isBefore(o.since().plus(PARKED_FOR));
    if (gone || old) {
      draft.note(
          EventKind.FREED,
          o.member(),
          slot.id(),
          gone ? "no longer a member" : "parked for an hour");
      return null;
    }
    return o;
  }

  /**
   * A member may say later that it waits less long than was planned; never longer. A clock that was
   * set back lengthens nothing.
   */
  private Instant deadline(Occupant o, DesiredState wish) {
    Instant longest = view.now().plus(view.policy().drainTimeout());
    Instant planned = o.deadline() == null ? view.now() : earlier(o.deadline(), longest);
    if (!(wish instanceof DesiredState.Leave leave)) {
      return planned;
    }
    return earlier(o.since().plus(leave.within()), planned);
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private boolean quiet(PlannerInput.@Nullable TrackedSessions sticky) {
    return sticky != null
        && (sticky.lastSeen() == null
            || !sticky.lastSeen().plus(view.policy().sessionIdle()).isAfter(view.now()));
  }

  private static String left(Slot slot, PlannerInput.@Nullable TrackedSessions sticky) {
    Slot.Load load = slot.load();
    return (load == null ? "unknown" : load.current() + load.queued())
        + " requests, "
        + (sticky == null ? "unknown" : sticky.sessions())
        + " sessions left";
  }

  /** It moved and came back: the slot of the address between is given up first. */
  private boolean seatedElsewhere(Slot slot, Occupant o) {
    return before.entrySet().stream()
        .anyMatch(e ->
            e.getValue().member().equals(o.member())
                && e.getValue().seatedNow()
                && !e.getKey().equals(slot.id()));
  }
}
