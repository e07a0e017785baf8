package io.rollcall.core;

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

  private Adoption(PoolView view, Draft draft) {
    this.view = view;
    this.draft = draft;
    this.occupants = new TreeMap<>(view.memory().occupants());
  }

  static SortedMap<SlotId, Occupant> of(PoolView view, Draft draft) {
    var adoption = new Adoption(view, draft);
    adoption.nameStrangers();
    adoption.handOver();
    view.slots().values().forEach(adoption::look);
    return adoption.occupants;
  }

  /** An occupant that was adopted by its address gets its name once a member has that address. */
  private void nameStrangers() {
    occupants.replaceAll((_, o) -> {
      String name = o.stranger() ? memberAt(o.endpoint()) : null;
      return name == null ? o : o.named(name);
    });
  }

  /**
   * An address that changed hands: its member is gone or elsewhere, another one lives there. The
   * check has gated that one already, so it takes over in rotation; the sessions are lost.
   */
  private void handOver() {
    occupants.replaceAll((id, o) -> {
      Slot slot = view.slots().get(id);
      if (slot == null
          || slot.admin() != admin(o.state())
          || !o.endpoint().equals(slot.endpoint())
          || livesThere(o)) {
        return o;
      }
      String name = memberAt(o.endpoint());
      if (name == null) {
        return o;
      }
      draft.note("adopted", name, id, "has the address of " + o.member() + " now");
      draft.steps.add(new Step.ClearSessions(id, slot.serverId()));
      return o.named(name).with(o.service().ofUnknownBoot());
    });
  }

  private static Slot.@Nullable Admin admin(SlotState state) {
    return switch (state) {
      case SERVING, SUSPECT -> Slot.Admin.READY;
      case DRAINING -> Slot.Admin.DRAIN;
      case FREE, PREPARED, JOINING, PARKED -> null;
    };
  }

  private boolean livesThere(Occupant o) {
    Member member = view.roster() == null ? null : view.roster().get(o.member());
    return member != null
        && member.gossip() == Gossip.ALIVE
        && o.endpoint().equals(Wish.address(member, view.policy()));
  }

  private void look(Slot slot) {
    Endpoint endpoint = slot.endpoint();
    if (occupants.containsKey(slot.id()) || slot.admin() == Slot.Admin.MAINT) {
      return;
    }
    if (endpoint == null) {
      takeOut(slot, "no address and in rotation: out");
      return;
    }
    if (occupants.values().stream().anyMatch(o -> o.endpoint().equals(endpoint))) {
      takeOut(slot, "the address of another slot, " + endpoint + ", in rotation: out");
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
      takeOut(slot, "nobody's address " + endpoint + " in rotation: out");
    }
  }

  private void takeOut(Slot slot, String what) {
    if (!view.restarted()) {
      draft.drift++;
    }
    draft.note("drift", null, slot.id(), what);
    draft.steps.add(new Step.ToMaint(slot.id()));
  }

  /** Its boot is not known: the first that it says is no restart. */
  private Occupant found(String name, Slot slot, Endpoint endpoint) {
    int maxconn = slot.load() == null ? 0 : slot.load().maxconn();
    return Occupant.found(name, new Service(endpoint, "", slot.weight(), maxconn), view.now());
  }

  /** The member that wants to serve at this address and has no slot of this address yet. */
  private @Nullable String memberAt(Endpoint endpoint) {
    if (view.roster() == null) {
      return null;
    }
    return view.roster().members().keySet().stream()
        .filter(name ->
            Wish.of(name, view) instanceof Wish.Serve serve && serve.endpoint().equals(endpoint))
        .filter(name ->
            occupants.values().stream()
                .noneMatch(o -> o.member().equals(name) && o.endpoint().equals(endpoint)))
        .findFirst()
        .orElse(null);
  }
}
