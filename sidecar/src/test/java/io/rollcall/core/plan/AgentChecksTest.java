package io.rollcall.core.plan;

import static io.rollcall.core.plan.ModelPool.report;
import static io.rollcall.core.plan.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Slots whose servers have an agent-check, which sets state and weight as a person does. */
class AgentChecksTest {
  private final ModelPool pool = new ModelPool(3);

  @BeforeEach
  void joinTwo() {
    pool.report(report(6, 0x16));
    pool.join("s1", 11);
    pool.join("s2", 12);
    pool.settle();
  }

  @Test
  void actOnlyInRotation() {
    assertTrue(acts(1));
    assertTrue(acts(2));
    assertFalse(acts(3));
    pool.gossip("s2", MemberStatus.LEFT);
    pool.settle();
    assertFalse(acts(2));
    pool.wait(Duration.ofSeconds(40));
    assertEquals(SlotState.PARKED, pool.state("s2"));
    assertFalse(acts(2));
    pool.join("s2", 12);
    pool.settle();
    assertTrue(acts(2));
  }

  @Test
  void areDisabledBeforeTheServerIsTakenOut() {
    pool.gossip("s2", MemberStatus.LEFT);
    assertEquals(
        List.of(new Step.DisableAgent(slot(2)), new Step.ToDrain(slot(2))), pool.pass().steps());
  }

  @Test
  void mayTakeTheirServerOutOfRotationWithoutAnIntentOrDrift() {
    for (Slot.Admin word : List.of(Slot.Admin.DRAIN, Slot.Admin.MAINT)) {
      pool.set(slot(1), word);
      pool.settle();
      assertEquals(word, pool.slots.get(slot(1)).admin());
    }
    pool.set(slot(2), 0);
    pool.settle();
    assertEquals(0, pool.slots.get(slot(2)).weight());
    assertEquals(Map.of(), pool.memory.intents());
    assertEquals(0, pool.memory.driftFound());
  }

  @Test
  void loseAgainstAnOrderToServe() {
    pool.set(slot(1), Slot.Admin.DRAIN);
    pool.set(slot(1), 30);
    pool.memory =
        pool.memory.withAction(
            new OperatorAction.SetState("nodes", "s1", Intent.Action.READY), pool.now);
    pool.settle();
    assertEquals(Slot.Admin.READY, pool.slots.get(slot(1)).admin());
    assertEquals(100, pool.slots.get(slot(1)).weight());
    assertFalse(acts(1));
    pool.set(slot(1), Slot.Admin.MAINT); // the result of a check that ran
    pool.settle();
    assertEquals(Slot.Admin.READY, pool.slots.get(slot(1)).admin());
    assertEquals(0, pool.memory.driftFound());
  }

  @Test
  void areUndoneInAParkedSlotWithoutALineEachTime() {
    pool.gossip("s2", MemberStatus.LEFT);
    pool.settle();
    pool.wait(Duration.ofSeconds(40));
    pool.notes.clear();
    for (int i = 0; i < 3; i++) {
      pool.report(report(6, 0x16));
      pool.set(slot(2), Slot.Admin.READY);
      pool.settle();
      assertEquals(Slot.Admin.MAINT, pool.slots.get(slot(2)).admin());
    }
    assertEquals(0, pool.memory.driftFound());
    assertFalse(pool.notes.stream().map(Event::kind).toList().contains(EventKind.DRIFT));
  }

  @Test
  void areUndoneInAFreeSlotWithoutALineEachTime() {
    pool.report(report(6, 0x16));
    pool.set(slot(3), Slot.Admin.READY);
    pool.settle();
    assertEquals(Slot.Admin.MAINT, pool.slots.get(slot(3)).admin());
    assertFalse(acts(3));
    assertEquals(0, pool.memory.driftFound());
  }

  private boolean acts(int number) {
    return pool.slots.get(slot(number)).report().agentActs();
  }
}
