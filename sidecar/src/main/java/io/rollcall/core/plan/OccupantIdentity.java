package io.rollcall.core.plan;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.SlotState;
import java.util.HashMap;
import java.util.Map;

/**
 * Who is behind an address that is in a slot already. A stranger, adopted by its address, gets its
 * name once a member wants to serve there. Of two members with one address the newer boot has it,
 * and one that is alive before one that is not or that went to another address: a host that came
 * back under another name is not to wait for the old one.
 */
final class OccupantIdentity {
  private OccupantIdentity() {}

  /** The same view; where an occupant has another name now, its memory says so. */
  static PlannerInput of(PlannerInput view) {
    if (view.roster() == null) {
      return view;
    }
    Map<Endpoint, Member> wanted = wanted(view, DesiredState.ofMembers(view));
    PoolState memory = view.memory();
    for (Occupant o : view.memory().occupants().values()) {
      Member heir = wanted.get(o.endpoint());
      if (heir != null && !heir.name().equals(o.member()) && !seated(memory, heir, o.endpoint())) {
        if (o.stranger()) {
          memory = memory.named(o, heir.name());
        } else if (o.state() != SlotState.PARKED && before(heir, o, view)) {
          memory = memory.succeeded(o, heir.name());
        }
      }
    }
    return view.with(memory);
  }

  /** The members that want to serve, by their address: where two want one, the newer boot. */
  static Map<Endpoint, Member> wanted(PlannerInput view, Map<String, DesiredState> wishes) {
    var wanted = new HashMap<Endpoint, Member>();
    wishes.forEach((name, wish) -> {
      Member member = view.roster() == null ? null : view.roster().get(name);
      if (member != null && wish instanceof DesiredState.Serve serve) {
        wanted.merge(
            serve.endpoint(),
            member,
            (one, two) -> two.boot().compareTo(one.boot()) > 0 ? two : one);
      }
    });
    return wanted;
  }

  private static boolean seated(PoolState memory, Member member, Endpoint endpoint) {
    return memory.occupants().values().stream()
        .anyMatch(o -> o.endpoint().equals(endpoint) && o.member().equals(member.name()));
  }

  private static boolean before(Member heir, Occupant o, PlannerInput view) {
    Member holder = view.roster() == null ? null : view.roster().get(o.member());
    return holder == null
        || holder.gossip() != MemberStatus.ALIVE
        || !o.endpoint().equals(new MemberTags(holder, view).endpoint())
        || (!holder.boot().isEmpty() && heir.boot().compareTo(holder.boot()) > 0);
  }
}
