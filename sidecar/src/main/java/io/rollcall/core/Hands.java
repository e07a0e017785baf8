package io.rollcall.core;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Hands on the admin socket: compares a slot with what was last asked of HAProxy. A person's drain,
 * maint or weight 0 becomes an intent; everything else is drift, put right and counted. After a
 * restart of HAProxy a difference is nobody's doing: put right, not counted.
 */
final class Hands {
  private final PoolView view;
  private final Draft draft;

  Hands(PoolView view, Draft draft) {
    this.view = view;
    this.draft = draft;
  }

  /**
   * For a slot in rotation.
   *
   * @return an equal occupant where the slot stays as it is
   */
  Occupant verified(Slot slot, Occupant o) {
    if (!o.endpoint().equals(slot.endpoint())) {
      drift(o, slot, "has the address " + slot.endpoint() + " instead of " + o.endpoint());
      return again(slot, o, "its address was changed");
    }
    if (slot.admin() != Slot.Admin.READY) {
      if (view.restarted()) {
        return again(slot, o, "HAProxy came back without it");
      }
      boolean maint = slot.admin() == Slot.Admin.MAINT;
      adopt(o, slot, maint ? Intent.Action.MAINT : Intent.Action.DRAIN, null);
      return o;
    }
    if (slot.weight() != o.service().weight()) {
      if (slot.weight() == 0 && !view.restarted()) {
        Intent before = draft.intents.get(o.member());
        adopt(o, slot, before == null ? null : before.action(), 0);
        return o.with(o.service().withWeight(0));
      }
      if (liftedWeight(slot, o)) {
        return o.with(o.service().withWeight(slot.weight()));
      }
      drift(o, slot, "has weight " + slot.weight() + " instead of " + o.service().weight());
      draft.steps.add(new Step.SetWeight(slot.id(), o.service().weight()));
    }
    if (slot.load() != null && slot.load().maxconn() != o.service().maxconn()) {
      drift(
          o, slot, "has maxconn " + slot.load().maxconn() + " instead of " + o.service().maxconn());
      draft.steps.add(new Step.SetMaxconn(slot.id(), o.service().maxconn()));
    }
    return o;
  }

  /**
   * For a parked slot that is no longer in maintenance: who parked it by hand may lift that by
   * hand.
   */
  void wokenUp(Slot slot, Occupant o) {
    Intent intent = draft.intents.get(o.member());
    boolean lifted = slot.admin() == Slot.Admin.READY && !view.restarted();
    if (lifted && intent != null && intent.by().equals(Intent.BY_HAND)) {
      draft.intents.remove(o.member());
      draft.note("intent", o.member(), slot.id(), "set ready by hand: back to automatic");
      return;
    }
    drift(o, slot, "is " + word(slot.admin()) + " while it is parked");
    draft.steps.add(new Step.ToMaint(slot.id()));
  }

  /** A weight of 0 that was set by hand is lifted by hand, by any other weight. */
  private boolean liftedWeight(Slot slot, Occupant o) {
    Intent intent = draft.intents.get(o.member());
    if (view.restarted()
        || intent == null
        || intent.weight() == null
        || intent.weight() != 0
        || !intent.by().equals(Intent.BY_HAND)) {
      return false;
    }
    if (intent.action() == null) {
      draft.intents.remove(o.member());
    } else {
      draft.intents.put(o.member(), new Intent(intent.action(), null, intent.by(), intent.at()));
    }
    draft.note("intent", o.member(), slot.id(), "weight set by hand: back to automatic");
    return true;
  }

  void drift(Occupant o, Slot slot, String what) {
    if (!view.restarted()) {
      draft.drift++;
      draft.note("drift", o.member(), slot.id(), what + ": put right");
    }
  }

  /** Through maintenance once more; its sessions stay its own. */
  Occupant again(Slot slot, Occupant o, String why) {
    draft.soon = true;
    draft.steps.add(new Step.ToMaint(slot.id()));
    draft.note("joining", o.member(), slot.id(), why);
    return o.to(SlotState.PREPARED, view.now(), why);
  }

  private void adopt(
      Occupant o, Slot slot, Intent.@Nullable Action action, @Nullable Integer weight) {
    draft.intents.put(o.member(), new Intent(action, weight, Intent.BY_HAND, view.now()));
    String what = weight == null && action != null ? word(action) : "weight " + weight;
    draft.note("intent", o.member(), slot.id(), what + " set by hand on the admin socket: kept");
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
