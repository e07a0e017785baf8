package io.rollcall.core;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who is in the slots that the memory does not name: after {@code state.dir} was lost HAProxy's own
 * addresses are the memory, and the member list gives them their names.
 */
final class Adoption {
  private final PoolView view;
  private final Draft draft;
  private final SortedMap<SlotId, Occupant> occupants;
  private final Map<Endpoint, Member> wanted;

  private Adoption(PoolView view, Draft draft) {
    this.view = view;
    this.draft = draft;
    this.occupants = new TreeMap<>(view.memory().occupants());
    this.wanted = Naming.wanted(view);
  }

  static SortedMap<SlotId, Occupant> of(PoolView view, Draft draft) {
    var adoption = new Adoption(view, draft);
    view.slots().values().forEach(adoption::look);
    return adoption.occupants;
  }

  private void look(Slot slot) {
    Endpoint endpoint = slot.endpoint();
    if (occupants.containsKey(slot.id()) || slot.admin() == Slot.Admin.MAINT || endpoint == null) {
      return;
    }
    String name = memberAt(endpoint);
    if (name != null) {
      draft.note("adopted", name, slot.id(), "found in rotation at " + endpoint);
      occupants.put(slot.id(), found(name, slot, endpoint));
    } else if (view.memory().occupants().isEmpty()) {
      draft.note("adopted", null, slot.id(), "a stranger in rotation at " + endpoint);
      occupants.put(slot.id(), found(endpoint.toString(), slot, endpoint));
    } else if (view.roster() != null) {
      if (!view.restarted()) {
        draft.drift++;
      }
      draft.note("drift", null, slot.id(), "nobody's address " + endpoint + " in rotation: out");
      draft.steps.add(new Step.ToMaint(slot.id()));
    }
  }

  /** Its boot is not known: the first that it says is no restart. */
  private Occupant found(String name, Slot slot, Endpoint endpoint) {
    int maxconn = slot.load() == null ? 0 : slot.load().maxconn();
    return Occupant.found(name, new Service(endpoint, "", slot.weight(), maxconn), view.now());
  }

  /** The member that wants to serve at this address and has no slot of this address yet. */
  private @Nullable String memberAt(Endpoint endpoint) {
    Member member = wanted.get(endpoint);
    if (member == null) {
      return null;
    }
    String name = member.name();
    boolean seated =
        occupants.values().stream()
            .anyMatch(o -> o.member().equals(name) && o.endpoint().equals(endpoint));
    return seated ? null : name;
  }
}
