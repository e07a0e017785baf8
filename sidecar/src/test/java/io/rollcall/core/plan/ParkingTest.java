package io.rollcall.core.plan;

import static io.rollcall.core.plan.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Slots that somebody left: cases found by {@link SimulationTest}, each with the least that makes
 * it happen.
 */
class ParkingTest {
  private final ModelPool pool = new ModelPool(4);

  private void join(String... names) {
    for (String name : names) {
      pool.join(name, 10 + name.charAt(1) - '0');
    }
    pool.settle();
  }

  /** From the first slot, which is parked in the end, to a new one where it is suspect. */
  private void movesAndFails(String name, int host) {
    pool.running(slot(1), 1);
    pool.join(name, host);
    pool.settle();
    pool.gossip(name, MemberStatus.FAILED);
    pool.settle();
    pool.wait(Duration.ofSeconds(30));
    pool.running(slot(1), 0);
    assertEquals(SlotState.PARKED, pool.memory.occupants().get(slot(1)).state());
  }

  private void quiet(int number) {
    pool.sticky.put(slot(number), new PlannerInput.TrackedSessions(0, null));
  }

  @Test
  void doesNotGiveAwayTheParkedSlotOfAMemberThatMovesBack() {
    join("s1", "s2", "s3");
    movesAndFails("s1", 21);
    pool.gossip("s1", 11, MemberStatus.ALIVE);
    pool.join("s5", 15);
    pool.pass();
    assertEquals("s1", pool.memory.occupants().get(slot(1)).member());
    assertTrue(pool.memory.waiting().containsKey("s5"));
  }

  @Test
  void givesNobodyTheSlotThatAPersonJustSetReady() {
    join("s1", "s2", "s3", "s4");
    pool.set(slot(2), Slot.Admin.MAINT);
    pool.settle();
    pool.set(slot(2), Slot.Admin.READY);
    pool.join("s5", 15);
    pool.settle();
    assertEquals(Set.of("s1", "s2", "s3", "s4"), pool.serving());
    assertEquals(slot(2), pool.slotOf("s2"));
  }

  /**
   * A connection of the last request returns to HAProxy's pool after the request is counted as
   * done.
   */
  @Test
  void readsASlotOnceMoreBeforeTheNextMembersAddressIsSet() {
    join("s1", "s2", "s3", "s4");
    quiet(1);
    pool.gossip("s1", MemberStatus.LEFT);
    pool.settle();
    pool.join("s5", 15);
    pool.pass();
    assertEquals("s5", pool.memory.occupants().get(slot(1)).member());
    assertEquals(11, pool.slots.get(slot(1)).endpoint().ip().getAddress()[3]);
    pool.settle();
    assertEquals(Set.of("s2", "s3", "s4", "s5"), pool.serving());
  }

  @Test
  void takesTheOldSlotOfAMovedMemberOutBeforeItIsFree() {
    join("s1");
    quiet(1);
    pool.gossip("s1", MemberStatus.LEFT);
    pool.settle();
    pool.set(slot(1), Slot.Admin.READY);
    pool.join("s1", 21);
    pool.pass();
    assertEquals(Slot.Admin.MAINT, pool.slots.get(slot(1)).admin());
  }

  @Test
  void programsTheSlotOfAMemberThatReturnsInTheSamePass() {
    join("s1", "s2");
    quiet(1);
    pool.gossip("s1", MemberStatus.LEFT);
    pool.settle();
    assertEquals(SlotState.PARKED, pool.state("s1"));

    pool.join("s1", 11, "boot", "b2");
    Plan plan = pool.pass();

    assertEquals(SlotState.PREPARED, pool.state("s1"));
    assertTrue(
        plan.steps().contains(new Step.SetAddress(slot(1), ModelPool.at(11))),
        plan.steps()::toString);
  }
}
