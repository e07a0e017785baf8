package io.rollcall.core.plan;

import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * From what is read and saved of a pool to the transitions that bring it closer to what gossip and
 * operator want. A plan goes as far as possible without reading again; planned, applied and read in
 * turn, it settles: then it has no steps. An unchanged member never moves.
 */
public final class Planner {
  private Planner() {}

  public static Plan plan(PlannerInput given) {
    PlannerInput chosen = MemberSubset.chosen(given);
    Map<String, DesiredState> first = DesiredState.ofMembers(chosen);
    PlannerInput input = ClaimedDrains.bounded(OccupantIdentity.update(chosen, first));
    Map<String, DesiredState> desired =
        input.equals(chosen) ? first : DesiredState.ofMembers(input);
    var plan = new PlanBuilder(input.memory());
    new Adoption(input, plan, desired).run();
    new AgentChecks(input).disableFree(plan);
    SortedMap<SlotId, Occupant> before = new TreeMap<>(plan.occupants());
    before.forEach((id, o) ->
        desired.computeIfAbsent(o.member(), _ -> DesiredState.of(o, input.slots().get(id), input)));
    Hold hold = Hold.of(input, before, desired);
    var growth = new Growth(input, plan, before);
    Set<SlotId> givingWay = GivingWay.slots(input, before, desired);
    advance(input, plan, before, desired, hold, givingWay, growth);
    var assignment = new SlotAssignment(input, plan, desired, givingWay);
    Map<String, String> reasons = assignment.run();
    growth.run(assignment.missing());
    var waitingMembers = new WaitingMembers(input, desired, reasons);
    return new Plan(
        given.memory(), plan.transitions(), new OutcomeRules(input, hold, waitingMembers));
  }

  /** Every occupied slot makes at most one transition, or two if HAProxy lost it. */
  private static void advance(
      PlannerInput input,
      PlanBuilder plan,
      SortedMap<SlotId, Occupant> before,
      Map<String, DesiredState> desired,
      Hold hold,
      Set<SlotId> givingWay,
      Growth growth) {
    var stateMachine = new SlotStateMachine(input, before, hold.removable(), givingWay);
    before.forEach((id, occupant) -> {
      Slot slot = input.slots().get(id);
      DesiredState state = desired.getOrDefault(occupant.member(), new DesiredState.Keep());
      if (slot == null) {
        growth.replace(id, occupant, state instanceof DesiredState.Serve);
      } else {
        Occupant known = input.restarted(slot) ? ServerLimit.restarted(occupant, slot) : occupant;
        stateMachine.advance(new TransitionBuilder(plan, slot, occupant, known, state));
      }
    });
  }
}
