package io.rollcall.simulation;

import io.rollcall.core.control.Effect;
import io.rollcall.core.control.HaproxyInput;
import io.rollcall.core.control.Input;
import io.rollcall.core.control.PlannerInputs;
import io.rollcall.core.control.PoolPlan;
import io.rollcall.core.control.Reaction;
import io.rollcall.core.control.State;
import io.rollcall.core.model.Announcements;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import io.rollcall.core.model.StepResult;
import io.rollcall.core.plan.Planner;
import io.rollcall.core.plan.PlannerInput;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A cycle whose outcome is known: what it rested on, what it was to lead to, and what it led to.
 *
 * @param planned the pool if every step had been sent and accepted
 * @param steps that HAProxy accepted, of slots that were not kept as they were
 * @param refused slots that stay as they were, because a step of theirs was refused
 */
record CompletedCycle(
    Instant now,
    @Nullable Roster roster,
    Map<SlotId, Slot> slots,
    Announcements announcements,
    PoolState before,
    PoolState planned,
    PoolState after,
    List<Step> steps,
    Set<SlotId> refused) {

  /** Null where this reaction is not the end of a cycle with a known outcome. */
  static @Nullable CompletedCycle of(State before, Input input, Reaction reaction, Instant now) {
    SavedState saved = saved(reaction.effects());
    if (saved == null) {
      return null;
    }
    PoolState after = saved.pool(Simulation.POLICY.backend());
    return switch (input) {
      case HaproxyInput.SlotsRead _ -> withoutSteps(before, reaction.state(), after, now);
      case HaproxyInput.StepsAnswered answered ->
          withSteps(before.cycle().plans().getFirst(), answered.results(), after);
      default -> null;
    };
  }

  static PoolState planned(PoolPlan plan) {
    return plan.plan().outcome(Map.of()).state();
  }

  /** The state that is saved together with the slots, at the end of a cycle. */
  private static @Nullable SavedState saved(List<Effect> effects) {
    SavedState last = null;
    for (Effect effect : effects) {
      if (effect instanceof Effect.SaveSlots) {
        return last;
      }
      last = effect instanceof Effect.Save save ? save.state() : last;
    }
    return null;
  }

  private static CompletedCycle withSteps(
      PoolPlan plan, List<StepResult> results, PoolState after) {
    var refused = new HashSet<>(plan.paused().keySet());
    List<Step> sent =
        plan.plan().steps().stream().filter(s -> !plan.paused().containsKey(s.slot())).toList();
    for (int i = 0; i < sent.size(); i++) {
      if (results.get(i) instanceof StepResult.Refused) {
        refused.add(sent.get(i).slot());
      }
    }
    var steps = new ArrayList<>(sent);
    steps.removeIf(step -> refused.contains(step.slot()));
    return of(plan.input(), planned(plan), after, steps, refused);
  }

  private static CompletedCycle withoutSteps(
      State before, State state, PoolState after, Instant now) {
    var view =
        new State(
            state.version(),
            before.saved(),
            state.members(),
            state.haproxy(),
            state.health(),
            state.cycle(),
            state.actions(),
            state.refused(),
            state.probes(),
            state.drains());
    PlannerInput input = PlannerInputs.of(view, Simulation.POLICY, state.members().roster(), now);
    var refused = new HashSet<SlotId>();
    before.refused().refusals().keySet().forEach(step -> refused.add(step.slot()));
    PoolState planned = refused.isEmpty() ? after : Planner.plan(input).outcome(Map.of()).state();
    return of(input, planned, after, List.of(), refused);
  }

  private static CompletedCycle of(
      PlannerInput input,
      PoolState planned,
      PoolState after,
      List<Step> steps,
      Set<SlotId> refused) {
    return new CompletedCycle(
        input.now(),
        input.roster(),
        input.slots(),
        input.claims(),
        input.memory(),
        planned,
        after,
        steps,
        refused);
  }
}
