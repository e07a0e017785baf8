package io.rollcall.core;

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
final class SlotLife {
  /** How long a parked member keeps its slot. */
  static final Duration PARKED_FOR = Duration.ofHours(1);

  /** After this a joining member is looked at no more often than all others. */
  private static final Duration SOON_FOR = Duration.ofSeconds(30);

  private final PoolView view;
  private final Draft draft;
  private final Hands hands;
  private final Map<SlotId, Occupant> before;
  private final Set<SlotId> removable;

  /**
   * Lives for one plan.
   *
   * @param before who was where when the plan began
   * @param removable slots that may be taken out because their occupants failed
   */
  SlotLife(PoolView view, Draft draft, Map<SlotId, Occupant> before, Set<SlotId> removable) {
    this.view = view;
    this.draft = draft;
    this.hands = new Hands(view, draft);
    this.before = before;
    this.removable = removable;
  }

  /** The occupant's next state; null where the slot is free now. */
  @Nullable Occupant advance(Slot slot, Occupant occupant, Wish wish) {
    return switch (occupant.state()) {
      case FREE -> null;
      case PREPARED -> prepared(slot, occupant, wish);
      case JOINING -> joining(slot, occupant, wish);
      case SERVING -> serving(slot, occupant, wish);
      case SUSPECT -> suspect(slot, occupant, wish);
      case DRAINING -> draining(slot, occupant, wish);
      case PARKED -> parked(slot, occupant, wish);
    };
  }

  private @Nullable Occupant prepared(Slot slot, Occupant o, Wish wish) {
    boolean wanted =
        switch (wish) {
          case Wish.Serve serve -> serve.endpoint().equals(o.endpoint());
          case Wish.Keep _, Wish.Refuse _ -> true;
          case Wish.Leave _, Wish.Rest _, Wish.Fail _, Wish.NotYet _ -> false;
        };
    if (!wanted) {
      draft.steps.add(new Step.ToMaint(slot.id()));
      draft.note("freed", o.member(), slot.id(), "no longer wanted before it was ready");
      return null;
    }
    Occupant next = wish instanceof Wish.Serve serve ? o.anew(serve.service()) : o;
    draft.soon = true;
    if (slot.admin() != Slot.Admin.MAINT) {
      draft.steps.add(new Step.ToMaint(slot.id()));
      return next;
    }
    if (!slot.idle()) {
      return next;
    }
    if (!next.cleared() || !programmed(slot, next)) {
      if (!next.cleared()) {
        draft.steps.add(new Step.ClearSessions(slot.id(), slot.serverId()));
      }
      draft.steps.add(new Step.SetMaxconn(slot.id(), next.service().maxconn()));
      draft.steps.add(new Step.SetWeight(slot.id(), next.service().weight()));
      draft.steps.add(new Step.SetAddress(slot.id(), next.endpoint()));
      return next.withCleared(true);
    }
    draft.steps.add(new Step.Join(slot.id()));
    draft.note("joining", o.member(), slot.id(), "at " + next.endpoint() + ", waits for its check");
    return next.to(SlotState.JOINING, view.now(), "waits for its first passing check");
  }

  private static boolean programmed(Slot slot, Occupant o) {
    return o.endpoint().equals(slot.endpoint())
        && slot.weight() == o.service().weight()
        && slot.load() != null
        && slot.load().maxconn() == o.service().maxconn();
  }

  private @Nullable Occupant joining(Slot slot, Occupant o, Wish wish) {
    draft.soon |= view.now().isBefore(o.since().plus(SOON_FOR));
    Occupant found = verified(slot, o, wish);
    if (!found.equals(o)) {
      return found;
    }
    boolean elsewhere = wish instanceof Wish.Serve serve && !serve.endpoint().equals(o.endpoint());
    if (slot.serving() && !elsewhere) {
      draft.note("serving", o.member(), slot.id(), joined(o));
      return o.to(SlotState.SERVING, view.now(), "its check passed");
    }
    return switch (wish) {
      case Wish.Serve serve when serve.endpoint().equals(o.endpoint()) -> {
        if (view.answering().contains(o.endpoint())) {
          draft.steps.add(new Step.HealthUp(slot.id()));
        }
        yield adjusted(slot, o, serve);
      }
      case Wish.Serve _ -> {
        draft.steps.add(new Step.ToMaint(slot.id()));
        yield null;
      }
      case Wish.Leave leave -> park(slot, o, leave.why() + " before it answered", false);
      case Wish.Rest rest -> park(slot, o, rest.why(), false);
      case Wish.Fail fail -> park(slot, o, fail.why() + " before it answered", true);
      case Wish.NotYet notYet -> park(slot, o, notYet.why(), false);
      case Wish.Keep _, Wish.Refuse _ -> o;
    };
  }

  private String joined(Occupant o) {
    return "check passed after " + Duration.between(o.since(), view.now()).toMillis() + " ms";
  }

  private Occupant verified(Slot slot, Occupant o, Wish wish) {
    boolean out =
        switch (wish) {
          case Wish.Serve serve -> !serve.endpoint().equals(o.endpoint());
          case Wish.Leave _, Wish.Rest _, Wish.NotYet _ -> true;
          case Wish.Fail _ -> o.state() == SlotState.JOINING || mayGo(slot, o);
          case Wish.Keep _, Wish.Refuse _ -> false;
        };
    return hands.verified(slot, o, wish, out);
  }

  /** It is suspect for a reason that suffices, and nothing holds it. */
  private boolean mayGo(Slot slot, Occupant o) {
    return o.state() == SlotState.SUSPECT
        && Hold.due(slot, o, view)
        && removable.contains(slot.id());
  }

  private Occupant serving(Slot slot, Occupant o, Wish wish) {
    Occupant found = verified(slot, o, wish);
    if (!found.equals(o)) {
      return found;
    }
    return switch (wish) {
      case Wish.Serve serve when serve.endpoint().equals(o.endpoint()) -> adjusted(slot, o, serve);
      case Wish.Serve serve -> moved(slot, o, serve);
      case Wish.Leave leave -> drain(slot, o, leave.why(), leave.within(), false);
      case Wish.Rest rest -> park(slot, o, rest.why(), false);
      case Wish.Fail fail -> {
        draft.note("suspect", o.member(), slot.id(), fail.why());
        yield o.to(SlotState.SUSPECT, view.now(), fail.why());
      }
      case Wish.NotYet notYet -> drain(slot, o, notYet.why(), view.policy().drainTimeout(), false);
      case Wish.Keep _, Wish.Refuse _ -> o;
    };
  }

  private Occupant suspect(Slot slot, Occupant o, Wish wish) {
    Occupant found = verified(slot, o, wish);
    if (!found.equals(o)) {
      return found;
    }
    return switch (wish) {
      case Wish.Serve serve when serve.endpoint().equals(o.endpoint()) -> {
        draft.note("serving", o.member(), slot.id(), "back in gossip");
        yield adjusted(slot, o, serve).to(SlotState.SERVING, view.now(), "back in gossip");
      }
      case Wish.Serve serve -> moved(slot, o, serve);
      case Wish.Leave leave -> drain(slot, o, leave.why(), leave.within(), false);
      case Wish.Rest rest -> park(slot, o, rest.why(), false);
      case Wish.Fail fail -> {
        if (!mayGo(slot, o)) {
          yield o;
        }
        String check = slot.running() ? "suspect for too long" : "check " + slot.check();
        yield drain(slot, o, fail.why() + ", " + check, view.policy().drainTimeout(), true);
      }
      case Wish.NotYet notYet -> drain(slot, o, notYet.why(), view.policy().drainTimeout(), false);
      case Wish.Refuse _ -> o.to(SlotState.SERVING, view.now(), "back in gossip");
      case Wish.Keep _ -> o;
    };
  }

  private Occupant draining(Slot slot, Occupant o, Wish wish) {
    draft.soon = true;
    if (slot.admin() == Slot.Admin.MAINT) {
      return park(slot, o, "in maintenance before it was drained", o.byFailure());
    }
    if (!o.endpoint().equals(slot.endpoint())) {
      hands.drift(o, slot, "has the address " + slot.endpoint() + " while it drains");
      return park(slot, o, "its address was changed while it drained", o.byFailure());
    }
    if (wish instanceof Wish.Rest rest) {
      return park(slot, o, rest.why(), false);
    }
    if (wish instanceof Wish.Serve serve
        && serve.endpoint().equals(o.endpoint())
        && !seatedElsewhere(slot, o)) {
      draft.steps.add(new Step.ToReady(slot.id()));
      draft.note("serving", o.member(), slot.id(), "wanted again while it drained");
      return adjusted(slot, o, serve).to(SlotState.SERVING, view.now(), "wanted again");
    }
    if (o.byFailure() && slot.running() && !removable.contains(slot.id())) {
      draft.steps.add(new Step.ToReady(slot.id()));
      return o.to(SlotState.SUSPECT, view.now(), "its removal is held");
    }
    if (hands.lifted(slot, o)) {
      return o;
    }
    Instant end = deadline(o, wish);
    PoolView.Sticky sticky = view.sticky().get(slot.id());
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

  /**
   * A member may say later that it waits less long than was planned; never longer. A clock that was
   * set back lengthens nothing.
   */
  private Instant deadline(Occupant o, Wish wish) {
    Instant longest = view.now().plus(view.policy().drainTimeout());
    Instant planned = o.deadline() == null ? view.now() : earlier(o.deadline(), longest);
    if (!(wish instanceof Wish.Leave leave)) {
      return planned;
    }
    return earlier(o.since().plus(leave.within()), planned);
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private boolean quiet(PoolView.@Nullable Sticky sticky) {
    return sticky != null
        && (sticky.lastSeen() == null
            || !sticky.lastSeen().plus(view.policy().sessionIdle()).isAfter(view.now()));
  }

  private static String left(Slot slot, PoolView.@Nullable Sticky sticky) {
    Slot.Load load = slot.load();
    return (load == null ? "unknown" : load.current() + load.queued())
        + " requests, "
        + (sticky == null ? "unknown" : sticky.sessions())
        + " sessions left";
  }

  private @Nullable Occupant parked(Slot slot, Occupant o, Wish wish) {
    if (wish instanceof Wish.Serve serve && serve.endpoint().equals(o.endpoint())) {
      draft.soon = true;
      return seatedElsewhere(slot, o)
          ? o
          : o.anew(serve.service()).to(SlotState.PREPARED, view.now(), "wanted again");
    }
    if (hands.lifted(slot, o)) {
      return o;
    }
    if (slot.admin() != Slot.Admin.MAINT) {
      hands.drift(o, slot, "is " + Hands.word(slot.admin()) + " while it is parked");
      draft.steps.add(new Step.ToMaint(slot.id()));
      return o;
    }
    if (wish instanceof Wish.Serve) {
      return null;
    }
    boolean gone = view.roster() != null && view.roster().get(o.member()) == null;
    boolean asked = draft.intents.containsKey(o.member());
    boolean old = !asked && !view.now().isBefore(o.since().plus(PARKED_FOR));
    if (gone || old) {
      draft.note(
          "freed", o.member(), slot.id(), gone ? "no longer a member" : "parked for an hour");
      return null;
    }
    return o;
  }

  /** It moved and came back: the slot of the address between is given up first. */
  private boolean seatedElsewhere(Slot slot, Occupant o) {
    return before.entrySet().stream()
        .anyMatch(e ->
            e.getValue().member().equals(o.member())
                && e.getValue().seatedNow()
                && !e.getKey().equals(slot.id()));
  }

  private Occupant moved(Slot slot, Occupant o, Wish.Serve serve) {
    return drain(slot, o, "moved to " + serve.endpoint(), view.policy().drainTimeout(), false);
  }

  private Occupant drain(Slot slot, Occupant o, String why, Duration within, boolean failed) {
    draft.soon = true;
    draft.steps.add(new Step.ToDrain(slot.id()));
    draft.note("draining", o.member(), slot.id(), why);
    return o.draining(view.now(), why, view.now().plus(within), failed);
  }

  private Occupant park(Slot slot, Occupant o, String why, boolean failed) {
    draft.steps.add(new Step.ToMaint(slot.id()));
    draft.note("parked", o.member(), slot.id(), why);
    return o.parked(view.now(), why, failed);
  }

  /**
   * Takes over boot, weight and maxconn in a slot that is in use. A new boot means that the
   * application restarted in place: the check has gated it already, only what was tracked of its
   * lost sessions goes.
   */
  private Occupant adjusted(Slot slot, Occupant o, Wish.Serve serve) {
    Service wanted = serve.service();
    if (wanted.weight() != o.service().weight()) {
      draft.steps.add(new Step.SetWeight(slot.id(), wanted.weight()));
    }
    if (wanted.maxconn() != o.service().maxconn()) {
      draft.steps.add(new Step.SetMaxconn(slot.id(), wanted.maxconn()));
    }
    if (!wanted.boot().equals(o.boot()) && !o.boot().isEmpty()) {
      draft.steps.add(new Step.ClearSessions(slot.id(), slot.serverId()));
      draft.note("restarted", o.member(), slot.id(), "a new boot in the same place");
    }
    return o.with(wanted);
  }
}
