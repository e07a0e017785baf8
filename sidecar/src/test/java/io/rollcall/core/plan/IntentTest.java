package io.rollcall.core.plan;

import static io.rollcall.core.plan.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.model.Intent;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotState;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an operator asks for. */
class IntentTest {
  private final ModelPool pool = new ModelPool(4);

  private void order(OperatorAction order) {
    pool.memory = pool.memory.withAction(order, pool.now);
    pool.settle();
  }

  @Test
  void drainsAndParksUntilTheIntentIsLifted() {
    pool.join("s1", 11);
    pool.join("s2", 12);
    pool.settle();
    pool.sticky.put(slot(1), new PlannerInput.TrackedSessions(0, null));
    order(new OperatorAction.SetState("nodes", "s1", Intent.Action.DRAIN));
    assertEquals(SlotState.PARKED, pool.state("s1"));
    pool.join("s1", 11, "boot", "second");
    pool.settle();
    assertEquals(SlotState.PARKED, pool.state("s1"), "a new boot changes nothing");
    order(new OperatorAction.ClearIntent("nodes", "s1"));
    assertEquals(Set.of("s1", "s2"), pool.serving());
  }

  @Test
  void putsAMemberInMaintenanceAtOnce() {
    pool.join("s1", 11);
    pool.settle();
    pool.running(slot(1), 5);
    order(new OperatorAction.SetState("nodes", "s1", Intent.Action.MAINT));
    assertEquals(Slot.Admin.MAINT, pool.slots.get(slot(1)).admin());
  }

  @Test
  void setsAWeightBeforeTheTagsAndKeepsItOverADrain() {
    pool.join("s1", 11, "weight", "30");
    pool.settle();
    order(new OperatorAction.SetWeightTo("nodes", "s1", 7));
    assertEquals(7, pool.slots.get(slot(1)).weight());
    order(new OperatorAction.SetState("nodes", "s1", Intent.Action.READY));
    assertEquals(7, pool.slots.get(slot(1)).weight());
    order(new OperatorAction.ClearIntent("nodes", "s1"));
    assertEquals(30, pool.slots.get(slot(1)).weight());
  }

  @Test
  void keepsAMemberInRotationThatSaysItIsLeaving() {
    pool.join("s1", 11, "state", "draining");
    order(new OperatorAction.SetState("nodes", "s1", Intent.Action.READY));
    assertEquals(Set.of("s1"), pool.serving());
  }
}
