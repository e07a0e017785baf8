package io.rollcall.core.plan;

import static io.rollcall.core.plan.ModelPool.at;
import static io.rollcall.core.plan.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Slots and their addresses: cases found by {@link SimulationTest}, each with the least that makes
 * it happen.
 */
class AddressesTest {
  private final ModelPool pool = new ModelPool(4);

  private void join(String... names) {
    for (String name : names) {
      pool.join(name, 10 + name.charAt(1) - '0');
    }
    pool.settle();
  }

  private void quiet(int number) {
    pool.sticky.put(slot(number), new PlannerInput.TrackedSessions(0, null));
  }

  @Test
  void handsOverInRotationWhenAnAddressHasAnotherMember() {
    join("s1");
    pool.gossip("s1", MemberStatus.FAILED);
    pool.applied.clear();
    pool.join("s2", 11);
    pool.settle();
    assertEquals(Set.of("s2"), pool.serving());
    assertEquals(List.of(new Step.ClearSessions(slot(1), 1)), pool.applied);
    assertTrue(pool.memory.waiting().isEmpty());
  }

  @Test
  void doesNotLetAMemberWaitForTheAddressThatAnotherLeft() {
    join("s1");
    pool.running(slot(1), 1);
    pool.join("s1", 21, "boot", "z");
    pool.join("s2", 11, "boot", "a");
    pool.settle();
    assertEquals(Set.of("s1", "s2"), pool.serving());
    assertEquals(slot(1), pool.slotOf("s2"));
  }

  @Test
  void takesTheSecondSlotOfAnAddressOutWhoeverWantsIt() {
    join("s1");
    pool.gossip("s2", 11, MemberStatus.ALIVE);
    pool.gossip("s1", 11, MemberStatus.ALIVE, "state", "draining");
    pool.set(slot(3), at(11));
    pool.set(slot(3), Slot.Admin.READY);
    pool.pass();
    assertEquals(Slot.Admin.MAINT, pool.slots.get(slot(3)).admin());
  }

  @Test
  void takesASlotWithoutAnAddressOut() {
    pool.set(slot(2), Slot.Admin.READY);
    pool.settle();
    assertEquals(Slot.Admin.MAINT, pool.slots.get(slot(2)).admin());
  }

  @Test
  void endsADrainWhoseAddressWasChanged() {
    join("s1");
    pool.running(slot(1), 1);
    pool.gossip("s1", MemberStatus.LEFT);
    pool.settle();
    pool.set(slot(1), at(99));
    pool.settle();
    assertEquals(SlotState.PARKED, pool.state("s1"));
    assertEquals(1, pool.memory.driftFound());
  }

  @Test
  void clearsWhatIsTrackedInAFreeSlotThatAHandPutIntoRotation() {
    join("s1", "s2");
    quiet(1);
    pool.gossip("s1", MemberStatus.LEFT);
    pool.settle();
    pool.roster = pool.known().without("s1");
    pool.settle();
    pool.set(slot(1), Slot.Admin.READY);
    pool.join("s1", 11, "boot", "second");
    pool.applied.clear();
    pool.pass();
    pool.set(slot(1), at(99));
    pool.settle();
    assertEquals(slot(1), pool.slotOf("s1"));
    assertTrue(pool.applied.contains(new Step.ClearSessions(slot(1), 1)));
  }

  @Test
  void clearsTheSessionsOfABootThatEndedWhileItsSlotWasPutRight() {
    join("s1");
    pool.set(slot(1), at(99));
    pool.pass();
    assertEquals(SlotState.PREPARED, pool.state("s1"));
    pool.applied.clear();
    pool.join("s1", 11, "boot", "second");
    pool.settle();
    assertTrue(pool.applied.contains(new Step.ClearSessions(slot(1), 1)));
  }
}
