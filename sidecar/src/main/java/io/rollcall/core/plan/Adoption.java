package io.rollcall.core.plan;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.ServerSpec;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.Step;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Occupants of slots that the saved state does not name: if {@code state.dir} was lost, HAProxy's
 * own addresses say what is in rotation, and the member list gives them their names.
 */
final class Adoption {
  private static final String FOUND = "found in rotation at ";

  private final PlannerInput input;
  private final PlanBuilder plan;
  private final Map<String, DesiredState> desired;

  Adoption(PlannerInput input, PlanBuilder plan, Map<String, DesiredState> desired) {
    this.input = input;
    this.plan = plan;
    this.desired = desired;
  }

  void run() {
    List<Slot> found =
        input.slots().values().stream()
            .filter(slot -> slot.admin() != Slot.Admin.MAINT)
            .filter(slot -> !plan.occupants().containsKey(slot.id()))
            .toList();
    if (!found.isEmpty()) {
      Map<Endpoint, Member> members = OccupantIdentity.byEndpoint(input, desired);
      found.forEach(slot -> adopt(slot, members));
    }
  }

  private void adopt(Slot slot, Map<Endpoint, Member> members) {
    Endpoint endpoint = slot.endpoint();
    if (endpoint == null || isTaken(endpoint) || input.unmanagedAt(endpoint) != null) {
      remove(slot);
      return;
    }
    Member member = members.get(endpoint);
    String takenOut = member == null ? takenOutByHand(slot, endpoint) : null;
    if (member != null) {
      adopt(slot, endpoint, member.name(), FOUND + endpoint);
    } else if (takenOut != null) {
      lift(slot, takenOut);
    } else if (input.memory().occupants().isEmpty() || hasPartialRoster()) {
      adopt(slot, endpoint, null, FOUND + endpoint + "; its member is not known yet");
    } else if (input.roster() != null) {
      remove(slot);
    }
  }

  /** A member may be at that address although the list does not contain it. */
  private boolean hasPartialRoster() {
    return input.roster() != null && !input.roster().whole();
  }

  /** Its boot is unknown: the first one that it reports does not count as a restart. */
  private void adopt(Slot slot, Endpoint endpoint, @Nullable String member, String text) {
    Integer weight = slot.weight() == slot.configured().weight() ? null : slot.weight();
    var service = new ServerSpec(endpoint, "", weight, null);
    String name = member == null ? endpoint.toString() : member;
    boolean stateIsLost = input.memory().occupants().isEmpty();
    plan.add(
        slot.id(),
        Occupant.adopted(name, service, input.now(), stateIsLost),
        List.of(),
        new Event(EventKind.ADOPTED, member, slot.id(), text));
  }

  /**
   * The member at that address that a person took out on the admin socket; null for none. Its slot
   * may have been given up since, as after a restart of everything.
   */
  private @Nullable String takenOutByHand(Slot slot, Endpoint endpoint) {
    if (input.roster() == null || input.restarted(slot)) {
      return null;
    }
    return input.roster().members().values().stream()
        .filter(input.policy()::matches)
        .filter(member -> isTakenOutByHand(input.memory().intents().get(member.name())))
        .filter(member -> input.endpoint(member).equals(endpoint))
        .map(Member::name)
        .findFirst()
        .orElse(null);
  }

  private static boolean isTakenOutByHand(@Nullable Intent intent) {
    return intent != null
        && intent.by().equals(Intent.BY_HAND)
        && (intent.action() == Intent.Action.MAINT || intent.action() == Intent.Action.DRAIN);
  }

  /** It is ready by hand again: with the next plan its member serves there. */
  private void lift(Slot slot, String member) {
    Intent before = Objects.requireNonNull(input.memory().intents().get(member));
    Intent left =
        before.weight() == null
            ? null
            : new Intent(null, before.weight(), Intent.BY_HAND, input.now());
    plan.add(
        slot.id(),
        null,
        List.of(),
        List.of(new Event(EventKind.INTENT, member, slot.id(), "ready" + ManualChanges.LIFTED)),
        new Transition.IntentChange(member, left));
  }

  private void remove(Slot slot) {
    String where = slot.endpoint() == null ? "without an address" : "at " + slot.endpoint();
    Event event =
        input.restarted(slot)
            ? new Event(
                EventKind.FREED,
                null,
                slot.id(),
                "in rotation " + where + " after HAProxy restarted: set to maint")
            : new Event(
                EventKind.DRIFT,
                null,
                slot.id(),
                "free slot in rotation " + where + ": set to maint");
    List<Step> steps = List.of(new Step.ToMaint(slot.id()));
    if (slot.report().hasAgent()) {
      plan.add(slot.id(), null, steps); // the agent's word is no drift
    } else {
      plan.add(slot.id(), null, steps, event);
    }
  }

  /** Another slot has this address: two would have one cookie. */
  private boolean isTaken(Endpoint endpoint) {
    return plan.occupants().values().stream().anyMatch(o -> o.endpoint().equals(endpoint));
  }
}
