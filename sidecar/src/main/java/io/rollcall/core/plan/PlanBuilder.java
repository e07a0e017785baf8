package io.rollcall.core.plan;

import io.rollcall.core.model.Event;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The transitions of a plan while it is made, and the pool as if all of them were applied. Lives
 * for one call of the planner.
 */
final class PlanBuilder {
  private final SortedMap<SlotId, Occupant> occupants;
  private final SortedMap<String, Intent> intents;
  private final List<Transition> transitions = new ArrayList<>();

  PlanBuilder(PoolState state) {
    occupants = new TreeMap<>(state.occupants());
    intents = new TreeMap<>(state.intents());
  }

  /** Adds a transition of a slot from what is in it by now; nothing if nothing would change. */
  void add(
      SlotId slot,
      @Nullable Occupant after,
      List<Step> steps,
      List<Event> events,
      Transition.@Nullable IntentChange intentChange) {
    Occupant before = occupants.get(slot);
    if (steps.isEmpty()
        && events.isEmpty()
        && intentChange == null
        && Objects.equals(before, after)) {
      return;
    }
    transitions.add(new Transition(slot, before, after, steps, events, intentChange));
    if (after == null) {
      occupants.remove(slot);
    } else {
      occupants.put(slot, after);
    }
    if (intentChange != null) {
      intents.compute(intentChange.member(), (_, _) -> intentChange.intent());
    }
  }

  void add(SlotId slot, @Nullable Occupant after, List<Step> steps, Event... events) {
    add(slot, after, steps, List.of(events), null);
  }

  /** The occupants as if every transition so far were applied; changes with the next one. */
  SortedMap<SlotId, Occupant> occupants() {
    return Collections.unmodifiableSortedMap(occupants);
  }

  /** The member's intent as if every transition so far were applied; null for none. */
  @Nullable Intent intent(String member) {
    return intents.get(member);
  }

  List<Transition> transitions() {
    return transitions;
  }
}
