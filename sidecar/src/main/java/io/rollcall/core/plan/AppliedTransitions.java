package io.rollcall.core.plan;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.SlotId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The slots of a pool after those transitions of a plan that can be applied.
 *
 * @param events of the applied transitions, in order
 * @param unchanged slots with a transition that was not applied
 * @param holders how many slots have an address
 */
record AppliedTransitions(
    SortedMap<SlotId, Occupant> occupants,
    SortedMap<String, Intent> intents,
    List<Event> events,
    Set<SlotId> unchanged,
    Map<Endpoint, Integer> holders) {
  /**
   * Applies one after the other. One that HAProxy refused is left out, with what follows it in the
   * same slot, and with what needs an address that is not free without it.
   */
  static AppliedTransitions of(
      PoolState before, List<Transition> transitions, Set<SlotId> refused) {
    if (transitions.isEmpty()) {
      return new AppliedTransitions(
          before.occupants(), before.intents(), List.of(), Set.of(), Map.of());
    }
    var applied =
        new AppliedTransitions(
            new TreeMap<>(before.occupants()),
            new TreeMap<>(before.intents()),
            new ArrayList<>(),
            new HashSet<>(),
            new HashMap<>());
    before.occupants().values().forEach(o -> applied.holders.merge(o.endpoint(), 1, Integer::sum));
    for (Transition transition : transitions) {
      boolean accepted = transition.steps().isEmpty() || !refused.contains(transition.slot());
      if (accepted
          && !applied.unchanged.contains(transition.slot())
          && !applied.lacksAddress(transition)) {
        applied.apply(transition);
      } else {
        applied.unchanged.add(transition.slot());
      }
    }
    return applied;
  }

  long drift() {
    return events.stream().filter(event -> event.kind() == EventKind.DRIFT).count();
  }

  private void apply(Transition transition) {
    Occupant after = transition.after();
    Occupant former =
        after == null
            ? occupants.remove(transition.slot())
            : occupants.put(transition.slot(), after);
    if (former != null) {
      holders.merge(former.endpoint(), -1, Integer::sum);
    }
    if (after != null) {
      holders.merge(after.endpoint(), 1, Integer::sum);
    }
    Transition.IntentChange change = transition.intentChange();
    if (change != null) {
      intents.compute(change.member(), (_, _) -> change.intent());
    }
    events.addAll(transition.events());
  }

  /** It gives the slot to a member whose address another slot keeps: two would have one cookie. */
  private boolean lacksAddress(Transition transition) {
    Occupant after = transition.after();
    Occupant before = transition.before();
    if (after == null || (before != null && before.endpoint().equals(after.endpoint()))) {
      return false;
    }
    Occupant own = occupants.get(transition.slot());
    boolean ownHasIt = own != null && own.endpoint().equals(after.endpoint());
    return holders.getOrDefault(after.endpoint(), 0) > (ownHasIt ? 1 : 0);
  }
}
