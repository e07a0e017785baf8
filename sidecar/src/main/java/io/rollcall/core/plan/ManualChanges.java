package io.rollcall.core.plan;

import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.ServerSpec;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Hands on the admin socket: compares a slot with what was last asked of HAProxy. A person's drain,
 * maint or weight 0 becomes an intent; everything else is drift, put right and counted. After a
 * restart of HAProxy a difference is nobody's doing: put right, not counted.
 */
public final class ManualChanges {
  private static final String KEPT = " set by hand on the admin socket: kept";
  private static final String LIFTED = " set by hand: back to automatic";

  private final PlannerInput view;
  private final PlanBuilder draft;

  ManualChanges(PlannerInput view, PlanBuilder draft) {
    this.view = view;
    this.draft = draft;
  }

  /**
   * For a slot in rotation or on its way there. What the wish asks for anyway is nobody's hand: a
   * step of ours may have been carried out and forgotten, by a lost reply or a killed sidecar.
   * Before the member list was read that can't be told, so the difference stays.
   *
   * @param out the wish takes it out of rotation
   * @return an equal occupant where the slot stays as it is
   */
  Occupant verified(Slot slot, Occupant o, DesiredState wish, boolean out) {
    if (slot.unwatched()) {
      drift(o, slot, "has its check switched off");
      draft.steps.add(new Step.EnableCheck(slot.id()));
    }
    if (!o.endpoint().equals(slot.endpoint())) {
      drift(o, slot, "has the address " + slot.endpoint() + " instead of " + o.endpoint());
      return again(slot, o, "its address was changed");
    }
    if (slot.admin() != Slot.Admin.READY) {
      if (view.restarted(slot)) {
        return again(slot, o, "HAProxy came back without it");
      }
      if (!out && !(wish instanceof DesiredState.Keep)) {
        taken(slot, o);
      }
      return o;
    }
    if (wish instanceof DesiredState.Keep || out) {
      return o;
    }
    ServerSpec wanted = wish instanceof DesiredState.Serve serve ? serve.service() : o.service();
    if (slot.weight() != o.service().weight() && slot.weight() != wanted.weight()) {
      if (slot.weight() == 0 && !view.restarted(slot)) {
        Intent before = draft.intents.get(o.member());
        intend(o, slot, before == null ? null : before.action(), 0, "weight 0" + KEPT);
        return o.with(o.service().withWeight(0));
      }
      Intent byHand = byHand(slot, o);
      if (byHand != null && byHand.weight() != null) {
        intend(o, slot, byHand.action(), null, "a weight" + LIFTED);
        return o.with(o.service().withWeight(slot.weight()));
      }
      drift(o, slot, "has weight " + slot.weight() + " instead of " + o.service().weight());
      draft.steps.add(new Step.SetWeight(slot.id(), o.service().weight()));
    }
    if (slot.load() != null
        && slot.load().maxconn() != o.service().maxconn()
        && slot.load().maxconn() != wanted.maxconn()) {
      drift(
          o, slot, "has maxconn " + slot.load().maxconn() + " instead of " + o.service().maxconn());
      draft.steps.add(new Step.SetMaxconn(slot.id(), o.service().maxconn()));
    }
    return o;
  }

  /**
   * For a slot that drains or is parked and is ready again: who took it out by hand may lift that
   * by hand.
   */
  boolean lifted(Slot slot, Occupant o) {
    Intent byHand = byHand(slot, o);
    if (slot.admin() != Slot.Admin.READY || byHand == null || byHand.action() == null) {
      return false;
    }
    intend(o, slot, null, byHand.weight(), "ready" + LIFTED);
    return true;
  }

  /** For a slot that drains and is in maintenance before its time. */
  void maintained(Slot slot, Occupant o, DesiredState wish) {
    boolean asked = wish instanceof DesiredState.Rest || wish instanceof DesiredState.Keep;
    if (!asked && !view.restarted(slot)) {
      taken(slot, o);
    }
  }

  private void taken(Slot slot, Occupant o) {
    boolean maint = slot.admin() == Slot.Admin.MAINT;
    Intent.Action action = maint ? Intent.Action.MAINT : Intent.Action.DRAIN;
    Intent before = draft.intents.get(o.member());
    intend(o, slot, action, before == null ? null : before.weight(), word(action) + KEPT);
  }

  private @Nullable Intent byHand(Slot slot, Occupant o) {
    Intent intent = draft.intents.get(o.member());
    boolean byHand = intent != null && intent.by().equals(Intent.BY_HAND);
    return byHand && !view.restarted(slot) ? intent : null;
  }

  void drift(Occupant o, Slot slot, String what) {
    if (!view.restarted(slot)) {
      draft.drift++;
      draft.note(EventKind.DRIFT, o.member(), slot.id(), what + ": put right");
    }
  }

  /** Through maintenance once more; its sessions stay its own. */
  Occupant again(Slot slot, Occupant o, String why) {
    draft.moving.add(slot.id());
    draft.steps.add(new Step.ToMaint(slot.id()));
    draft.note(EventKind.JOINING, o.member(), slot.id(), why);
    return o.to(SlotState.PREPARED, view.now(), why);
  }

  private void intend(
      Occupant o,
      Slot slot,
      Intent.@Nullable Action action,
      @Nullable Integer weight,
      String what) {
    if (action == null && weight == null) {
      draft.intents.remove(o.member());
    } else {
      draft.intents.put(o.member(), new Intent(action, weight, Intent.BY_HAND, view.now()));
    }
    draft.note(EventKind.INTENT, o.member(), slot.id(), what);
  }

  public static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
