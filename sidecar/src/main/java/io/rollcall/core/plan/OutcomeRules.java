package io.rollcall.core.plan;

import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.SlotId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Derives the next state of a pool and its events from the transitions that were applied.
 *
 * @param input its state has the occupants' new names
 */
record OutcomeRules(PlannerInput input, Hold hold, WaitingMembers waitingMembers) {
  Plan.Outcome outcome(List<Transition> transitions, Map<SlotId, String> refused) {
    PoolState before = input.memory();
    var applied = AppliedTransitions.of(before, transitions, refused.keySet());
    var waiting =
        waitingMembers.of(applied.occupants(), applied.intents(), refusals(transitions, refused));
    PoolState state = next(transitions, applied, waiting);
    var events = new ArrayList<>(applied.events());
    events.addAll(waitingMembers.events(waiting));
    events.addAll(holdEvents());
    events.addAll(poolEvents(state));
    return new Plan.Outcome(state, events, isMoving(applied));
  }

  /** The same one if nothing changed: who compares the two again does not look at every slot. */
  private PoolState next(
      List<Transition> transitions,
      AppliedTransitions applied,
      SortedMap<String, PoolState.Waiting> waiting) {
    PoolState before = input.memory();
    SortedSet<String> held = new TreeSet<>(hold.held().keySet());
    SortedMap<String, Instant> known = hold.known().after(applied.unchanged(), input.now());
    long repaired = Math.max(before.driftRepaired(), before.driftFound() - applied.drift());
    boolean same =
        transitions.isEmpty()
            && waiting.equals(before.waiting())
            && known.equals(before.known())
            && held.equals(before.held())
            && hold.released().equals(before.released())
            && repaired == before.driftRepaired();
    if (same) {
      return before;
    }
    var after =
        new PoolState(
            applied.occupants(),
            applied.intents(),
            waiting,
            known,
            held,
            hold.released(),
            before.driftFound() + applied.drift(),
            repaired);
    return after.equals(before) ? before : after;
  }

  /** Why HAProxy does not let a member have the slot that was chosen for it, by name. */
  private static Map<String, String> refusals(
      List<Transition> transitions, Map<SlotId, String> refused) {
    var refusals = new HashMap<String, String>();
    for (Transition transition : transitions) {
      Occupant after = transition.after();
      String line = refused.get(transition.slot());
      if (after != null && line != null && !transition.steps().isEmpty()) {
        refusals.put(after.member(), line);
      }
    }
    return refusals;
  }

  private List<Event> holdEvents() {
    var events = new ArrayList<Event>();
    SortedSet<String> before = input.memory().held();
    hold.held()
        .forEach((name, why) -> {
          if (!before.contains(name)) {
            events.add(new Event(EventKind.HELD, name, null, why));
          }
        });
    for (String name : before) {
      if (!hold.held().containsKey(name)) {
        events.add(new Event(EventKind.RELEASED, name, null, "removal no longer held"));
      }
    }
    return events;
  }

  private List<Event> poolEvents(PoolState next) {
    boolean before = input.memory().hasServing();
    if (before == next.hasServing()) {
      return List.of();
    }
    return List.of(
        before
            ? new Event(EventKind.POOL_DOWN, null, null, "no member is serving")
            : new Event(EventKind.POOL_UP, null, null, "a member is serving"));
  }

  /** What HAProxy refused can't move: it is not waited for. */
  private boolean isMoving(AppliedTransitions applied) {
    return applied.occupants().entrySet().stream()
        .anyMatch(e -> !applied.unchanged().contains(e.getKey()) && isMoving(e.getValue()));
  }

  private boolean isMoving(Occupant o) {
    return switch (o.state()) {
      case PREPARED -> !input.awaited().contains(o.endpoint());
      case DRAINING -> true;
      case JOINING -> input.now().isBefore(o.since().plus(Joining.READ_OFTEN_FOR));
      case FREE, SERVING, SUSPECT, PARKED -> false;
    };
  }
}
