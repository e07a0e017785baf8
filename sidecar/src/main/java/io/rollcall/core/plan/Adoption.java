package io.rollcall.core.plan;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.ServerSpec;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.Step;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Occupants of slots that the saved state does not name: if {@code state.dir} was lost, HAProxy's
 * own addresses say what is in rotation, and the member list gives them their names.
 */
final class Adoption {
  private final PlannerInput input;
  private final PlanBuilder plan;
  private final Map<Endpoint, Member> members;

  /**
   * @param members the members that are to serve, by their address
   */
  Adoption(PlannerInput input, PlanBuilder plan, Map<Endpoint, Member> members) {
    this.input = input;
    this.plan = plan;
    this.members = members;
  }

  void run() {
    input.slots().values().stream()
        .filter(slot -> slot.admin() != Slot.Admin.MAINT)
        .filter(slot -> !plan.occupants().containsKey(slot.id()))
        .forEach(this::adopt);
  }

  private void adopt(Slot slot) {
    Endpoint endpoint = slot.endpoint();
    if (endpoint == null || isTaken(endpoint)) {
      remove(slot);
      return;
    }
    Member member = members.get(endpoint);
    if (member != null) {
      adopt(slot, endpoint, member.name(), "found in rotation at " + endpoint);
    } else if (input.memory().occupants().isEmpty() || hasPartialRoster()) {
      adopt(slot, endpoint, null, "unmanaged server found in rotation at " + endpoint);
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
    int maxconn = slot.load() == null ? 0 : slot.load().maxconn();
    var service = new ServerSpec(endpoint, "", slot.weight(), maxconn);
    String name = member == null ? endpoint.toString() : member;
    boolean stateIsLost = input.memory().occupants().isEmpty();
    plan.add(
        slot.id(),
        Occupant.adopted(name, service, input.now(), stateIsLost),
        List.of(),
        new Event(EventKind.ADOPTED, member, slot.id(), text));
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
    plan.add(slot.id(), null, List.of(new Step.ToMaint(slot.id())), event);
  }

  /** Another slot has this address: two would have one cookie. */
  private boolean isTaken(Endpoint endpoint) {
    return plan.occupants().values().stream().anyMatch(o -> o.endpoint().equals(endpoint));
  }
}
