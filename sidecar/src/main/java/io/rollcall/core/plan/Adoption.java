package io.rollcall.core.plan;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.ServerSpec;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who is in the slots that the memory does not name: after {@code state.dir} was lost HAProxy's own
 * addresses are the memory, and the member list gives them their names.
 */
final class Adoption {
  private final PlannerInput view;
  private final PlanBuilder draft;
  private final SortedMap<SlotId, Occupant> occupants;
  private final Map<Endpoint, Member> wanted;

  private Adoption(PlannerInput view, PlanBuilder draft, Map<Endpoint, Member> wanted) {
    this.view = view;
    this.draft = draft;
    this.occupants = new TreeMap<>(view.memory().occupants());
    this.wanted = wanted;
  }

  /**
   * Who is where when a plan begins.
   *
   * @param wanted the members that want to serve, by their address
   */
  static SortedMap<SlotId, Occupant> of(
      PlannerInput view, PlanBuilder draft, Map<Endpoint, Member> wanted) {
    var adoption = new Adoption(view, draft, wanted);
    view.slots().values().forEach(adoption::look);
    return adoption.occupants;
  }

  private void look(Slot slot) {
    if (occupants.containsKey(slot.id()) || slot.admin() == Slot.Admin.MAINT) {
      return;
    }
    Endpoint endpoint = slot.endpoint();
    if (endpoint == null || taken(endpoint)) {
      out(slot);
      return;
    }
    String name = memberAt(endpoint);
    if (name != null) {
      draft.note(EventKind.ADOPTED, name, slot.id(), "found in rotation at " + endpoint);
      occupants.put(slot.id(), found(name, slot, endpoint));
    } else if (view.memory().occupants().isEmpty() || heardOnly()) {
      draft.note(EventKind.ADOPTED, null, slot.id(), "a stranger in rotation at " + endpoint);
      occupants.put(slot.id(), found(endpoint.toString(), slot, endpoint));
    } else if (view.roster() != null) {
      out(slot);
    }
  }

  /** Nobody can tell whose it is, yet a member that was heard of may be given a free slot. */
  private boolean heardOnly() {
    return view.roster() != null && !view.roster().whole();
  }

  private void out(Slot slot) {
    String where = slot.endpoint() == null ? "without an address" : "at " + slot.endpoint();
    if (view.restarted(slot)) {
      draft.note(
          EventKind.FREED, null, slot.id(), "HAProxy came back with it in rotation " + where);
    } else {
      draft.drift++;
      draft.note(EventKind.DRIFT, null, slot.id(), "a free slot in rotation " + where + ": out");
    }
    draft.steps.add(new Step.ToMaint(slot.id()));
  }

  /** Another slot has this address: two would have one cookie. */
  private boolean taken(Endpoint endpoint) {
    return occupants.values().stream().anyMatch(o -> o.endpoint().equals(endpoint));
  }

  /** Its boot is not known: the first that it says is no restart. */
  private Occupant found(String name, Slot slot, Endpoint endpoint) {
    int maxconn = slot.load() == null ? 0 : slot.load().maxconn();
    var service = new ServerSpec(endpoint, "", slot.weight(), maxconn);
    return Occupant.found(name, service, view.now(), view.memory().occupants().isEmpty());
  }

  /** The member that wants to serve at this address. */
  private @Nullable String memberAt(Endpoint endpoint) {
    Member member = wanted.get(endpoint);
    return member == null ? null : member.name();
  }
}
