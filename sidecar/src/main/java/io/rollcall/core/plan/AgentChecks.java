package io.rollcall.core.plan;

import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The agent-checks of slots. An agent sets weight, drain and maintenance of its server as a person
 * does, each time it is asked: so it is enabled only while its server is in rotation and nobody
 * ordered otherwise. There its word is left as it is.
 */
final class AgentChecks {
  /** After an agent-check was disabled, the result of one that ran may still arrive. */
  private static final Duration LATE_RESULT = Duration.ofSeconds(3);

  private final PlannerInput input;

  AgentChecks(PlannerInput input) {
    this.input = input;
  }

  /** A difference in the slot may be the agent's word. */
  boolean mayHaveActed(TransitionBuilder change) {
    return change.slot().report().agentActs()
        || (change.slot().report().hasAgent()
            && input.now().isBefore(change.occupant().since().plus(LATE_RESULT)));
  }

  /** Switches off the agents of slots without an occupant. */
  void disableFree(PlanBuilder plan) {
    input.slots().values().stream()
        .filter(slot -> slot.report().agentActs() && !plan.occupants().containsKey(slot.id()))
        .forEach(slot -> plan.add(slot.id(), null, List.of(new Step.DisableAgent(slot.id()))));
  }

  /** Switches the agent on or off, as the occupant is to be. */
  void adjust(TransitionBuilder change, @Nullable Occupant next) {
    Slot slot = change.slot();
    if (!slot.report().hasAgent()) {
      return;
    }
    boolean wanted = next != null && isBehindCheck(next.state()) && change.intent() == null;
    if (wanted != slot.report().agentActs()) {
      if (wanted) {
        change.step(new Step.EnableAgent(slot.id()));
      } else {
        change.firstStep(new Step.DisableAgent(slot.id()));
      }
    }
    if (!wanted && next != null && next.inRotation()) {
      restore(change, next);
    }
  }

  /** An order wins over what the agent said before. */
  private static void restore(TransitionBuilder change, Occupant next) {
    Slot slot = change.slot();
    Intent intent = change.intent();
    boolean ready = intent != null && intent.action() == Intent.Action.READY;
    if (ready && slot.admin() != Slot.Admin.READY) {
      change.step(new Step.ToReady(slot.id()));
    }
    int weight = next.service().weightIn(slot);
    if (slot.report().agentActs() && slot.weight() != weight) {
      change.step(new Step.SetWeight(slot.id(), weight));
    }
  }

  private static boolean isBehindCheck(SlotState state) {
    return switch (state) {
      case JOINING, SERVING, SUSPECT -> true;
      case FREE, PREPARED, DRAINING, PARKED -> false;
    };
  }
}
