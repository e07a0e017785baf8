package io.rollcall.core;

import static io.rollcall.core.ModelPool.at;
import static io.rollcall.core.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Cases that {@link SimulationTest} found, each with the least that makes it happen. */
class PlannerEdgesTest {
  private final ModelPool pool = new ModelPool(4);

  private void join(String... names) {
    for (String name : names) {
      pool.join(name, 10 + name.charAt(1) - '0');
    }
    pool.settle();
  }

  private void dies(String... names) {
    for (String name : names) {
      pool.answering.remove(new Endpoint(pool.member(name).ip(), 3000));
      pool.gossip(name, Gossip.FAILED);
    }
    pool.settle();
  }

  /** From the first slot, which is parked in the end, to a new one where it is suspect. */
  private void movesAndFails(String name, int host) {
    pool.running(slot(1), 1);
    pool.join(name, host);
    pool.settle();
    pool.gossip(name, Gossip.FAILED);
    pool.settle();
    pool.wait(Duration.ofSeconds(30));
    pool.running(slot(1), 0);
    assertEquals(SlotState.PARKED, pool.memory.occupants().get(slot(1)).state());
  }

  private void quiet(int number) {
    pool.sticky.put(slot(number), new PoolView.Sticky(0, null));
  }

  @Nested
  class Addresses {
    @Test
    void handsOverInRotationWhenAnAddressHasAnotherMember() {
      join("s1");
      pool.gossip("s1", Gossip.FAILED);
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
      pool.gossip("s2", 11, Gossip.ALIVE);
      pool.gossip("s1", 11, Gossip.ALIVE, "state", "draining");
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
      pool.gossip("s1", Gossip.LEFT);
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
      pool.gossip("s1", Gossip.LEFT);
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

  @Nested
  class Parking {
    @Test
    void doesNotGiveAwayTheParkedSlotOfAMemberThatMovesBack() {
      join("s1", "s2", "s3");
      movesAndFails("s1", 21);
      pool.gossip("s1", 11, Gossip.ALIVE);
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

    @Test
    void takesTheOldSlotOfAMovedMemberOutBeforeItIsFree() {
      join("s1");
      quiet(1);
      pool.gossip("s1", Gossip.LEFT);
      pool.settle();
      pool.set(slot(1), Slot.Admin.READY);
      pool.join("s1", 21);
      pool.pass();
      assertEquals(Slot.Admin.MAINT, pool.slots.get(slot(1)).admin());
    }
  }

  @Nested
  class Holding {
    @Test
    void doesNotCountOnAMemberThatIsTakenOutInTheSamePlan() {
      join("s1", "s2");
      pool.gossip("s1", Gossip.FAILED);
      pool.settle();
      pool.now = pool.now.plusSeconds(60);
      pool.set(slot(2), at(99));
      pool.answering.add(at(99));
      pool.pass();
      assertTrue(pool.slots.get(slot(1)).serving());
    }

    @Test
    void doesNotCountOnAMemberThatSaysItIsStarting() {
      join("s1", "s2");
      pool.gossip("s1", Gossip.FAILED);
      pool.settle();
      pool.now = pool.now.plusSeconds(60);
      pool.gossip("s2", 12, Gossip.ALIVE, "state", "starting");
      pool.pass();
      assertTrue(pool.slots.get(slot(1)).serving());
    }

    @Test
    void countsOnADrainThatIsTakenBackOnlyOnceItIs() {
      join("s1", "s2");
      pool.gossip("s1", Gossip.FAILED);
      pool.gossip("s2", Gossip.FAILED);
      pool.settle();
      pool.running(slot(1), 1);
      pool.wait(Duration.ofSeconds(60));
      assertEquals(SlotState.DRAINING, pool.state("s1"));
      pool.gossip("s1", Gossip.ALIVE);
      pool.pass();
      assertTrue(pool.slots.get(slot(2)).serving());
    }

    @Test
    void doesNotCountOnAMemberThatMovesInTheSamePlan() {
      join("s1", "s2");
      pool.gossip("s1", Gossip.FAILED);
      pool.settle();
      pool.now = pool.now.plusSeconds(60);
      pool.join("s2", 22);
      pool.pass();
      assertTrue(pool.slots.get(slot(1)).serving());
    }

    @Test
    void doesNotLetAMembersOldSlotRemoveItFromItsNewOne() {
      join("s1");
      movesAndFails("s1", 21);
      pool.wait(Duration.ofMinutes(5));
      assertEquals(1, pool.serving().size(), "the last one stays");
    }

    @Test
    void countsWhoCameJustBeforeTheFirstFailure() {
      join("s1");
      pool.join("s2", 12);
      pool.pass();
      pool.pass();
      pool.pass();
      pool.pass();
      assertEquals(SlotState.SERVING, pool.state("s2"));
      pool.gossip("s1", Gossip.FAILED);
      pool.settle();
      assertEquals(Set.of("s1", "s2"), pool.memory.known().keySet());
    }

    @Test
    void letsTheDeadGoWhoseSlotALivingMemberNeeds() {
      join("s1", "s2", "s3", "s4");
      dies("s2", "s3", "s4");
      assertFalse(pool.memory.held().isEmpty(), "one of four is too few");
      join("s5");
      assertEquals(Set.of("s1", "s5"), pool.serving());
    }

    @Test
    void releasesAHoldAlsoWhereOthersAreGoneAlready() {
      join("s1", "s2", "s3", "s4");
      dies("s2");
      dies("s3");
      dies("s4");
      pool.roster = pool.known().without("s2").without("s3");
      pool.settle();
      assertEquals(Set.of("s4"), pool.memory.held());
      pool.memory = pool.memory.obeying(new Order.ReleaseHold("nodes"), pool.now);
      pool.settle();
      assertTrue(pool.memory.held().isEmpty());
    }

    @Test
    void staysReleasedWhileNoMemberListIsRead() {
      join("s1", "s2", "s3");
      dies("s1", "s2");
      Roster list = pool.known();
      assertFalse(pool.memory.held().isEmpty());
      pool.memory = pool.memory.obeying(new Order.ReleaseHold("nodes"), pool.now);
      PoolMemory before = pool.memory;
      pool.roster = null;
      pool.settle();
      assertEquals(before, pool.memory);
      pool.roster = list;
      pool.settle();
      assertEquals(Set.of("s3"), pool.serving());
      assertTrue(pool.memory.held().isEmpty());
    }

    @Test
    void countsAStrangerAndItsNameOnce() {
      join("s1", "s2");
      Roster whole = pool.known();
      pool.memory = PoolMemory.EMPTY;
      pool.roster = Roster.EMPTY;
      pool.settle();
      pool.roster = whole;
      pool.settle();
      assertEquals(Set.of("s1", "s2"), pool.memory.known().keySet());
    }

    @Test
    void callsASuspectServingOnceItsAgentIsBackWhateverItsTagsSay() {
      join("s1", "s2");
      pool.gossip("s1", Gossip.FAILED);
      pool.settle();
      pool.gossip("s1", 11, Gossip.ALIVE, "weight", "heavy");
      pool.settle();
      assertEquals(SlotState.SERVING, pool.state("s1"));
    }
  }

  @Nested
  class Remembering {
    @Test
    void remembersWhatAMemberOfferedSoThatNothingIsToBeDone() {
      pool.join("s1", 11, "weight", "30", "maxconn", "5");
      pool.settle();
      pool.roster = Roster.of(pool.memory.remembered(ModelPool.POLICY));
      pool.applied.clear();
      pool.settle();
      assertEquals(List.of(), pool.applied);
      assertEquals(Set.of("s1"), pool.serving());
    }

    @Test
    void doesNotTakeAStrangersAddressForAName() {
      join("s1");
      pool.memory = PoolMemory.EMPTY;
      pool.roster = Roster.EMPTY;
      pool.settle();
      assertEquals(List.of(), pool.memory.remembered(ModelPool.POLICY));
    }
  }
}
