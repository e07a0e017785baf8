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
 * Changes made by hand on the admin socket: compares a slot with what was last set. A person's
 * drain, maint or weight 0 becomes an intent; every other difference is drift, repaired and
 * counted. After a restart of HAProxy a difference is expected: repaired, but not counted.
 */
final class ManualChanges {
  private static final String KEPT = " set by hand on the admin socket: kept as an intent";
  static final String LIFTED = " set by hand on the admin socket: returned to automatic";

  private final PlannerInput input;
  private final AgentChecks agents;

  ManualChanges(PlannerInput input, AgentChecks agents) {
    this.input = input;
    this.agents = agents;
  }

  /**
   * For a slot in rotation or on its way there. A difference that is asked for anyway is not a
   * manual change: a step of ours may have been applied although its reply was lost, or the sidecar
   * was killed. Until the member list is read this is unknown, so the difference stays.
   *
   * @param leaving the occupant is taken out of rotation anyway
   * @return an equal occupant if the slot stays as it is
   */
  Occupant compare(TransitionBuilder change, boolean leaving) {
    Slot slot = change.slot();
    Occupant o = change.occupant();
    if (slot.unwatched()) {
      reportDrift(change, "health check switched off");
      change.step(new Step.EnableCheck(slot.id()));
    }
    if (!o.endpoint().equals(slot.endpoint())) {
      reportDrift(change, "address %s, expected %s".formatted(slot.endpoint(), o.endpoint()));
      return prepareAgain(change, "address changed by hand");
    }
    boolean excluded = input.roster() != null && input.roster().excludes(o.member());
    boolean unknown = change.desired() instanceof DesiredState.Keep && !excluded;
    if (slot.admin() != Slot.Admin.READY) {
      // wanted out of rotation comes first: it is out of rotation already
      if (leaving) {
        return o;
      }
      if (input.restarted(slot)) {
        return prepareAgain(change, "HAProxy restarted without it");
      }
      if (!unknown && slot.report().forced()) {
        keepAdminState(change);
      }
      return o;
    }
    return leaving || unknown ? o : compareLimits(change);
  }

  private Occupant compareLimits(TransitionBuilder change) {
    Slot slot = change.slot();
    Occupant o = change.occupant();
    if (slot.report().agentActs()) {
      return o; // an agent sets weight and maxconn
    }
    ServerSpec set = o.service();
    ServerSpec wanted =
        change.desired() instanceof DesiredState.Serve serve ? serve.service() : set;
    if (slot.weight() != set.weightIn(slot) && slot.weight() != wanted.weightIn(slot)) {
      if (slot.weight() == 0 && !input.restarted(slot)) {
        changeIntent(change, action(change.intent()), 0, "weight 0" + KEPT);
        return o.withService(set.withWeight(0));
      }
      Intent byHand = intentByHand(change);
      if (byHand != null && byHand.weight() != null) {
        changeIntent(change, byHand.action(), null, "weight " + slot.weight() + LIFTED);
        return o.withService(set.withWeight(slot.weight()));
      }
      reportDrift(change, "weight %d, expected %d".formatted(slot.weight(), set.weightIn(slot)));
      change.step(new Step.SetWeight(slot.id(), set.weightIn(slot)));
    }
    compareMaxconn(change, set, wanted);
    return o;
  }

  /** A limit that Rollcall did not set is haproxy.cfg's, and whoever changes it may. */
  private void compareMaxconn(TransitionBuilder change, ServerSpec set, ServerSpec wanted) {
    Slot slot = change.slot();
    if (set.maxconn() == null || wanted.maxconn() == null || slot.load() == null) {
      return;
    }
    int maxconn = slot.load().maxconn();
    if (maxconn != set.maxconn() && maxconn != wanted.maxconn()) {
      reportDrift(change, "maxconn %d, expected %d".formatted(maxconn, set.maxconn()));
      change.step(new Step.SetMaxconn(slot.id(), set.maxconn()));
    }
  }

  /** A removal by hand may be taken back by hand, at once as well: the slot is ready again. */
  boolean liftIntent(TransitionBuilder change) {
    Intent byHand = intentByHand(change);
    if (change.slot().admin() != Slot.Admin.READY
        || byHand == null
        || byHand.action() == null
        || byHand.action() == Intent.Action.READY
        || agents.mayHaveActed(change)) {
      return false;
    }
    changeIntent(change, null, byHand.weight(), "ready" + LIFTED);
    return true;
  }

  /** For a slot that drains, and is in maintenance before the drain ended. */
  void keepMaintenance(TransitionBuilder change) {
    boolean expected =
        change.desired() instanceof DesiredState.Maintain
            || change.desired() instanceof DesiredState.Keep;
    if (!expected && !input.restarted(change.slot())) {
      keepAdminState(change);
    }
  }

  /** For an administrative state, which an agent may have set. */
  void reportStateDrift(TransitionBuilder change, String text) {
    if (!agents.mayHaveActed(change)) {
      reportDrift(change, text);
    }
  }

  void reportDrift(TransitionBuilder change, String text) {
    if (!input.restarted(change.slot())) {
      change.event(EventKind.DRIFT, text + ": repaired");
    }
  }

  static String name(Slot.Admin state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private void keepAdminState(TransitionBuilder change) {
    Intent present = change.intent();
    boolean ordered = present != null && present.action() == Intent.Action.READY;
    if (agents.mayHaveActed(change) || (ordered && change.slot().report().hasAgent())) {
      return;
    }
    Slot.Admin admin = change.slot().admin();
    Intent.Action action = admin == Slot.Admin.MAINT ? Intent.Action.MAINT : Intent.Action.DRAIN;
    Intent before = change.intent();
    Integer weight = before == null ? null : before.weight();
    changeIntent(change, action, weight, name(admin) + KEPT);
  }

  private @Nullable Intent intentByHand(TransitionBuilder change) {
    Intent intent = change.intent();
    boolean byHand = intent != null && intent.by().equals(Intent.BY_HAND);
    return byHand && !input.restarted(change.slot()) ? intent : null;
  }

  /** Through maintenance and the check once more; its sessions stay its own. */
  private Occupant prepareAgain(TransitionBuilder change, String why) {
    change.step(new Step.ToMaint(change.id()));
    change.event(EventKind.JOINING, why);
    return change.occupant().withState(SlotState.PREPARED, input.now(), why);
  }

  private void changeIntent(
      TransitionBuilder change,
      Intent.@Nullable Action action,
      @Nullable Integer weight,
      String text) {
    change.changeIntent(
        action == null && weight == null
            ? null
            : new Intent(action, weight, Intent.BY_HAND, input.now()));
    change.event(EventKind.INTENT, text);
  }

  private static Intent.@Nullable Action action(@Nullable Intent intent) {
    return intent == null ? null : intent.action();
  }
}
