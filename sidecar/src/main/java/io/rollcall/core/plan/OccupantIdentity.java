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
 * Which member is behind an address that is in a slot already. An unmanaged server, adopted by its
 * address, gets the name of the member that is to serve there. Of two members with one address the
 * newer boot has it, and one that is alive before one that is not or that moved to another address:
 * a host that came back under another name does not wait for the old one.
 */
final class OccupantIdentity {
  private OccupantIdentity() {}

  /** The same input; its state has the new names. */
  static PlannerInput update(PlannerInput input) {
    if (input.roster() == null) {
      return input;
    }
    Map<Endpoint, Member> members = byEndpoint(input, DesiredState.ofMembers(input));
    PoolState state = input.memory();
    for (Occupant o : input.memory().occupants().values()) {
      Member member = members.get(o.endpoint());
      if (member == null
          || member.name().equals(o.member())
          || hasSlot(state, member, o.endpoint())) {
        continue;
      }
      if (o.isUnmanaged()) {
        state = state.withName(o, member.name());
      } else if (o.state() != SlotState.PARKED && replaces(member, o, input)) {
        state = state.withSuccessor(o, member.name());
      }
    }
    return input.toBuilder().memory(state).build();
  }

  /** The members that are to serve, by their address: if two want one, the newer boot. */
  static Map<Endpoint, Member> byEndpoint(PlannerInput input, Map<String, DesiredState> desired) {
    var members = new HashMap<Endpoint, Member>();
    desired.forEach((name, state) -> {
      Member member = input.roster() == null ? null : input.roster().get(name);
      if (member != null && state instanceof DesiredState.Serve serve) {
        members.merge(
            serve.endpoint(),
            member,
            (one, two) -> two.boot().compareTo(one.boot()) > 0 ? two : one);
      }
    });
    return members;
  }

  private static boolean hasSlot(PoolState state, Member member, Endpoint endpoint) {
    return state.occupants().values().stream()
        .anyMatch(o -> o.endpoint().equals(endpoint) && o.member().equals(member.name()));
  }

  private static boolean replaces(Member member, Occupant o, PlannerInput input) {
    Member holder = input.roster() == null ? null : input.roster().get(o.member());
    return holder == null
        || holder.gossip() != MemberStatus.ALIVE
        || !o.endpoint().equals(new MemberTags(holder, input).endpoint())
        || (!holder.boot().isEmpty() && member.boot().compareTo(holder.boot()) > 0);
  }
}
