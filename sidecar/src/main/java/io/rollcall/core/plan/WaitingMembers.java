package io.rollcall.core.plan;

import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The members without a slot, and why, once it is known which transitions were applied. */
final class WaitingMembers {
  private final PlannerInput input;
  private final Map<String, DesiredState> desired;
  private final Map<String, String> reasons;

  /**
   * @param reasons of those that found no slot when the plan was made, by name
   */
  WaitingMembers(
      PlannerInput input, Map<String, DesiredState> desired, Map<String, String> reasons) {
    this.input = input;
    this.desired = desired;
    this.reasons = reasons;
  }

  /**
   * By name.
   *
   * @param refusals of those for whose slot HAProxy refused a step, by name
   */
  SortedMap<String, PoolState.Waiting> of(
      SortedMap<SlotId, Occupant> occupants,
      Map<String, Intent> intents,
      Map<String, String> refusals) {
    Map<String, List<Occupant>> slots =
        occupants.values().stream().collect(Collectors.groupingBy(Occupant::member));
    var waiting = new TreeMap<String, PoolState.Waiting>();
    desired.forEach((name, state) -> {
      List<Occupant> own = slots.getOrDefault(name, List.of());
      String why = hasSlot(state, own) ? null : reason(name, state, own, intents, refusals);
      if (why != null) {
        PoolState.Waiting before = input.memory().waiting().get(name);
        boolean invalid =
            state instanceof DesiredState.InvalidTags || state instanceof DesiredState.NotAdmitted;
        waiting.put(
            name,
            new PoolState.Waiting(
                before == null ? input.now() : before.since(),
                why,
                invalid,
                why.equals(GivingWay.REASON),
                state instanceof DesiredState.Starting));
      }
    });
    return waiting;
  }

  /** One for each member that waits now, or for another reason than before. */
  List<Event> events(SortedMap<String, PoolState.Waiting> waiting) {
    return waiting.entrySet().stream()
        .filter(e -> {
          PoolState.Waiting before = input.memory().waiting().get(e.getKey());
          return before == null || !before.why().equals(e.getValue().why());
        })
        .map(e ->
            new Event(
                e.getValue().refused() ? EventKind.REFUSED : EventKind.WAITING,
                e.getKey(),
                null,
                e.getValue().why()))
        .toList();
  }

  /** It has a slot for what is desired; one that is not to serve has the slot that it drains in. */
  static boolean hasSlot(DesiredState state, List<Occupant> own) {
    return own.stream()
        .anyMatch(o ->
            o.isActive()
                || (state instanceof DesiredState.Serve
                    ? state.servesAt(o.endpoint())
                    : o.state() == SlotState.DRAINING));
  }

  private @Nullable String reason(
      String name,
      DesiredState state,
      List<Occupant> own,
      Map<String, Intent> intents,
      Map<String, String> refusals) {
    return switch (state) {
      case DesiredState.Serve _ ->
          reasons.getOrDefault(
              name,
              input.policy().observe()
                  ? "not put in: the pool is only observed"
                  : refusals.getOrDefault(name, "slot or address not free yet"));
      case DesiredState.Starting starting -> starting.why();
      case DesiredState.InvalidTags invalid -> invalid.why();
      case DesiredState.NotAdmitted refused -> refused.why();
      case DesiredState.Leave leave ->
          ordered(name, intents) ? alive(name, own, leave.why()) : null;
      case DesiredState.Maintain maintain ->
          ordered(name, intents) ? alive(name, own, maintain.why()) : null;
      case DesiredState.Fail _, DesiredState.Keep _, DesiredState.Cut _ -> null;
    };
  }

  /** An intent that this plan lifts still kept the member out of it. */
  private boolean ordered(String name, Map<String, Intent> intents) {
    return intents.containsKey(name) || input.memory().intents().containsKey(name);
  }

  /**
   * A member that an operator took out is shown while it is alive, even if others have its slot.
   */
  private @Nullable String alive(String name, List<Occupant> own, String why) {
    Member member = input.roster() == null ? null : input.roster().get(name);
    return own.isEmpty() && member != null && member.gossip() == MemberStatus.ALIVE ? why : null;
  }
}
