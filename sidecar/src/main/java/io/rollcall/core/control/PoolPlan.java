package io.rollcall.core.control;

import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import io.rollcall.core.plan.Plan;
import io.rollcall.core.plan.PlannerInput;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The plan of one pool in a cycle.
 *
 * @param input what it was made from
 * @param paused slots of which a step was refused recently, with the refusal: nothing is sent to
 *     them now
 * @param at when it was made
 */
public record PoolPlan(PlannerInput input, Plan plan, Map<SlotId, String> paused, Instant at) {
  public PoolPlan {
    paused = Map.copyOf(paused);
  }

  String backend() {
    return input.policy().backend();
  }

  /** The steps to send now, in order. */
  List<Step> steps() {
    return plan.steps().stream().filter(step -> !paused.containsKey(step.slot())).toList();
  }
}
