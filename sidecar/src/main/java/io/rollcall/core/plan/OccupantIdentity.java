package io.rollcall.core.plan;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which member is behind an address that is in a slot already. A server that was adopted by its
 * address gets the name of the member that is to serve there, else of one that is there. Of two
 * members with one address that one has it whose check passes while its agent is alive, else the
 * newer boot, and one that is alive before one that is not or that moved to another address: a host
 * that came back under another name does not wait for the old one.
 */
final class OccupantIdentity {
  private OccupantIdentity() {}

  /** The input with the new names in its state; the same one if there are none. */
  static PlannerInput update(PlannerInput input, Map<String, DesiredState> desired) {
    if (input.roster() == null) {
      return input;
    }
    Map<Endpoint, Member> members = byEndpoint(input, desired);
    PoolState state = input.memory();
    for (Map.Entry<SlotId, Occupant> e : input.memory().occupants().entrySet()) {
      Occupant o = e.getValue();
      Member member = members.get(o.endpoint());
      if (member == null && o.isUnnamed()) {
        member = memberAt(o.endpoint(), state, input);
      }
      if (member == null
          || member.name().equals(o.member())
          || hasSlot(state, member, o.endpoint())) {
        continue;
      }
      if (o.isUnnamed()) {
        state = state.withName(o, member.name());
      } else if (o.state() != SlotState.PARKED && replaces(member, e.getKey(), o, input)) {
        state = state.withSuccessor(o, member.name());
      }
    }
    return state.equals(input.memory()) ? input : input.toBuilder().memory(state).build();
  }

  /** The members that are to serve, by their address: if two want one, the newer boot. */
  static Map<Endpoint, Member> byEndpoint(PlannerInput input, Map<String, DesiredState> desired) {
    var members = new HashMap<Endpoint, Member>();
    if (input.roster() == null) {
      return members;
    }
    input
        .roster()
        .members()
        .values()
        .forEach(member -> {
          if (desired.get(member.name()) instanceof DesiredState.Serve serve) {
            members.merge(
                serve.endpoint(),
                member,
                (one, two) -> two.boot().compareTo(one.boot()) > 0 ? two : one);
          }
        });
    return members;
  }

  /** The member at that address that has no slot, one that is alive first; null for none. */
  private static @Nullable Member memberAt(Endpoint endpoint, PoolState state, PlannerInput input) {
    return input.roster() == null
        ? null
        : input.roster().members().values().stream()
            .filter(input.policy()::matches)
            .filter(member -> input.endpoint(member).equals(endpoint))
            .filter(member ->
                state.occupants().values().stream()
                    .noneMatch(o -> o.member().equals(member.name())))
            .min(Comparator.comparing(member -> member.gossip() != MemberStatus.ALIVE))
            .orElse(null);
  }

  private static boolean hasSlot(PoolState state, Member member, Endpoint endpoint) {
    return state.occupants().values().stream()
        .anyMatch(o -> o.endpoint().equals(endpoint) && o.member().equals(member.name()));
  }

  private static boolean replaces(Member member, SlotId id, Occupant o, PlannerInput input) {
    Member holder = input.roster() == null ? null : input.roster().get(o.member());
    Slot slot = input.slots().get(id);
    boolean works = slot != null && slot.serving() && o.endpoint().equals(slot.endpoint());
    return holder == null
        || holder.gossip() != MemberStatus.ALIVE
        || !o.endpoint().equals(new MemberTags(holder, input).endpoint())
        || (!works && !holder.boot().isEmpty() && member.boot().compareTo(holder.boot()) > 0);
  }
}
