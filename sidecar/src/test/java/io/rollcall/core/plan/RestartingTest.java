package io.rollcall.core.plan;

import static io.rollcall.core.plan.ModelPool.at;
import static io.rollcall.core.plan.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** HAProxy or the memory began anew. */
class RestartingTest {
  private final ModelPool pool = new ModelPool(4);

  @Test
  void programsAnEmptyHaproxyAsItWasAndCallsNothingDrift() {
    pool.join("s1", 11);
    pool.join("s2", 12);
    pool.settle();
    SlotId before = pool.slotOf("s2");
    var empty = new ModelPool(4);
    pool.slots.putAll(empty.slots);
    pool.restarted = true;
    pool.settle();
    assertEquals(before, pool.slotOf("s2"));
    assertEquals(0, pool.memory.driftFound());
    assertEquals(Set.of("s1", "s2"), pool.serving());
  }

  @Test
  void callsAFreeSlotInRotationNoDriftWhereHaproxyCameBackWithIt() {
    pool.join("s1", 11);
    pool.settle();
    pool.set(slot(3), at(99));
    pool.set(slot(3), Slot.Admin.READY);
    pool.restarted = true;
    pool.settle();
    assertEquals(Slot.Admin.MAINT, pool.slots.get(slot(3)).admin());
    assertEquals(0, pool.memory.driftFound());
    assertTrue(pool.notes.stream().noneMatch(note -> note.kind() == EventKind.DRIFT));
  }

  @Test
  void findsItsMembersAgainInHaproxyAfterTheMemoryIsLost() {
    pool.join("s1", 11);
    pool.join("s2", 12);
    pool.settle();
    pool.memory = PoolState.EMPTY;
    pool.applied.clear();
    pool.settle();
    assertEquals(List.of(), pool.applied);
    assertEquals(slot(1), pool.slotOf("s1"));
    assertEquals(slot(2), pool.slotOf("s2"));
  }

  @Test
  void keepsOneOfTwoSlotsWithOneAddressAfterTheMemoryIsLost() {
    pool.join("s1", 11);
    pool.settle();
    Slot first = pool.slots.get(slot(1));
    pool.set(slot(2), first.endpoint());
    pool.set(slot(2), Slot.Admin.READY);
    pool.memory = PoolState.EMPTY;
    pool.roster = null;
    assertEquals(List.of(new Step.ToMaint(slot(2))), Planner.plan(pool.view()).steps());
  }

  @Test
  void keepsStrangersInRotationUntilTheGossipNamesThem() {
    pool.join("s1", 11);
    pool.join("s2", 12);
    pool.settle();
    Roster whole = pool.known();
    pool.memory = PoolState.EMPTY;
    pool.roster = Roster.EMPTY;
    pool.settle();
    assertEquals(Set.of(at(11).toString(), at(12).toString()), pool.serving());
    pool.roster = whole;
    pool.settle();
    assertEquals(Set.of("s1", "s2"), pool.serving());
    assertFalse(pool.memory.occupants().get(slot(1)).member().contains(":"));
  }

  @Test
  void survivesASlotThatIsNoLongerConfigured() {
    pool.join("s1", 11);
    pool.settle();
    pool.slots.remove(slot(1));
    pool.settle();
    assertEquals(slot(2), pool.slotOf("s1"));
  }
}
