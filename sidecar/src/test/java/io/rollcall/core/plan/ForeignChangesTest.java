package io.rollcall.core.plan;

import static io.rollcall.core.plan.ModelPool.at;
import static io.rollcall.core.plan.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Intent;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotState;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a person does to slots on the admin socket. */
class ForeignChangesTest {
  private final ModelPool pool = new ModelPool(4);

  @Test
  void putsAChangedAddressRightThroughMaintenanceAndCountsIt() {
    pool.join("s1", 11);
    pool.settle();
    pool.set(slot(1), at(99));
    pool.settle();
    assertEquals(at(11), pool.slots.get(slot(1)).endpoint());
    assertEquals(1, pool.memory.driftFound());
    assertEquals(Set.of("s1"), pool.serving());
  }

  @Test
  void keepsMaintenanceSetByHandAndLiftsItByHand() {
    pool.join("s1", 11);
    pool.settle();
    pool.set(slot(1), Slot.Admin.MAINT);
    pool.settle();
    assertEquals(Intent.Action.MAINT, pool.memory.intents().get("s1").action());
    assertEquals(SlotState.PARKED, pool.state("s1"));
    pool.set(slot(1), Slot.Admin.READY);
    pool.settle();
    assertTrue(pool.memory.intents().isEmpty());
    assertEquals(Set.of("s1"), pool.serving());
  }

  @Test
  void keepsAWeightOfZeroSetByHandAndPutsAnyOtherRight() {
    pool.join("s1", 11);
    pool.settle();
    pool.set(slot(1), 50);
    pool.settle();
    assertEquals(100, pool.slots.get(slot(1)).weight());
    assertEquals(1, pool.memory.driftFound());
    pool.set(slot(1), 0);
    pool.settle();
    assertEquals(0, pool.slots.get(slot(1)).weight());
    assertEquals(1, pool.memory.driftFound());
    pool.set(slot(1), 100);
    pool.settle();
    assertTrue(pool.memory.intents().isEmpty(), "lifted by hand");
    assertEquals(1, pool.memory.driftFound());
  }

  @Test
  void keepsWhomAnOperatorDrainedInSightForAsLongAsItIsAlive() {
    pool.join("s1", 11);
    pool.join("s2", 12);
    pool.settle();
    pool.set(slot(1), Slot.Admin.MAINT);
    pool.settle();
    pool.wait(Duration.ofHours(2));
    assertEquals(SlotState.PARKED, pool.state("s1"));
    for (int i = 3; i <= 5; i++) {
      pool.join("s" + i, 10 + i);
    }
    pool.settle();
    assertEquals(slot(1), pool.slotOf("s5"), "the slot is needed by another");
    assertEquals(
        "set to maintenance by hand on the admin socket", pool.memory.waiting().get("s1").why());
  }

  @Test
  void endsAWeightOfZeroSetByHandWhenAnotherIsSetByHand() {
    pool.join("s1", 11, "weight", "7");
    pool.settle();
    pool.set(slot(1), 0);
    pool.settle();
    pool.set(slot(1), 50);
    pool.settle();
    assertTrue(pool.memory.intents().isEmpty());
    assertEquals(7, pool.slots.get(slot(1)).weight());
    assertEquals(0, pool.memory.driftFound());
  }

  @Test
  void liftsADrainByHandWhileItDrainsAndKeepsTheOperatorsWeight() {
    pool.join("s1", 11);
    pool.settle();
    pool.memory =
        pool.memory.withAction(new OperatorAction.SetWeightTo("nodes", "s1", 0), pool.now);
    pool.settle();
    pool.running(slot(1), 1);
    pool.set(slot(1), Slot.Admin.DRAIN);
    pool.settle();
    assertEquals(SlotState.DRAINING, pool.state("s1"));
    pool.set(slot(1), Slot.Admin.READY);
    pool.settle();
    assertEquals(SlotState.SERVING, pool.state("s1"));
    assertEquals(0, pool.slots.get(slot(1)).weight());
    assertEquals(0, pool.memory.driftFound());
  }

  @Test
  void takesAFreeSlotWithoutAnAddressOutOfRotation() {
    pool.set(slot(3), Slot.Admin.READY);
    pool.settle();
    assertEquals(Slot.Admin.MAINT, pool.slots.get(slot(3)).admin());
    assertEquals(1, pool.memory.driftFound());
  }

  @Test
  void takesAStrangerOutOfAFreeSlot() {
    pool.join("s1", 11);
    pool.settle();
    pool.set(slot(3), at(99));
    pool.set(slot(3), Slot.Admin.READY);
    pool.settle();
    assertEquals(Slot.Admin.MAINT, pool.slots.get(slot(3)).admin());
    assertEquals(1, pool.memory.driftFound());
  }
}
