package io.rollcall.core.plan;

import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * From what is seen and remembered of a pool to the steps that bring it nearer to what gossip and
 * operator want. A plan goes as far as can be gone without reading again; planned, applied and read
 * in turn, it comes to rest: then it has no steps. An unchanged member never moves.
 */
public final class Planner {
  private Planner() {}

  public static Plan plan(PlannerInput given) {
    PlannerInput view = OccupantIdentity.of(given);
    var draft = new PlanBuilder(view.memory());
    Map<String, DesiredState> wishes = DesiredState.ofMembers(view);
    SortedMap<SlotId, Occupant> before =
        Adoption.of(view, draft, OccupantIdentity.wanted(view, wishes));
    before
        .values()
        .forEach(o -> wishes.computeIfAbsent(o.member(), name -> DesiredState.of(name, view)));
    Hold hold = Hold.of(view, before, wishes);
    var life = new SlotStateMachine(view, draft, before, hold.removable());
    var growth = new Growth(view, draft, before);
    var next = new TreeMap<SlotId, Occupant>();
    before.forEach((id, occupant) -> {
      Slot slot = view.slots().get(id);
      boolean seatable = wishes.get(occupant.member()) instanceof DesiredState.Serve;
      if (slot == null && growth.restores(id, occupant, seatable)) {
        String why = "HAProxy came back without its slot";
        next.put(id, occupant.to(SlotState.PREPARED, view.now(), why));
        return;
      }
      if (slot == null) {
        draft.note(EventKind.FREED, occupant.member(), id, "HAProxy has no such slot any more");
        return;
      }
      DesiredState wish =
          wishes.getOrDefault(occupant.member(), new DesiredState.Keep("nothing is known"));
      Occupant advanced = life.advance(slot, occupant, wish);
      if (advanced != null) {
        next.put(id, advanced);
      }
    });
    var seating = new SlotAssignment(view, draft, next, wishes);
    var waiting = seating.seat();
    growth.grow(next, seating.lacking());
    tellHolds(view, hold, draft);
    PoolState memory = view.memory();
    return Plan.of(
        memory,
        draft.steps,
        new PoolState(
            next,
            draft.intents,
            waiting,
            hold.known(),
            new TreeSet<>(hold.held()),
            new TreeSet<>(hold.released()),
            memory.driftFound() + draft.drift,
            Math.max(memory.driftRepaired(), memory.driftFound() - draft.drift)),
        draft.notes,
        draft.moving);
  }

  private static void tellHolds(PlannerInput view, Hold hold, PlanBuilder draft) {
    Set<String> before = view.memory().held();
    for (String name : new TreeSet<>(hold.held())) {
      if (!before.contains(name)) {
        draft.notes.add(
            new Event(
                EventKind.HELD,
                name,
                null,
                "stays: too few would be left of " + hold.known().size()));
      }
    }
    for (String name : before) {
      if (!hold.held().contains(name)) {
        draft.notes.add(new Event(EventKind.RELEASED, name, null, "its removal is no longer held"));
      }
    }
  }
}
