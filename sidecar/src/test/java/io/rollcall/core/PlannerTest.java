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

class PlannerTest {
  private final ModelPool pool = new ModelPool(4);

  private void serves(String... names) {
    assertEquals(Set.of(names), pool.serving());
  }

  @Nested
  class Joining {
    @Test
    void programsReadsBackAndOnlyThenJoinsBehindTheCheck() {
      pool.join("s1", 11);
      assertEquals(List.of(), pool.pass().steps(), "the first pass only seats it");
      assertEquals(
          List.of(
              new Step.ClearSessions(slot(1), 1),
              new Step.SetMaxconn(slot(1), 0),
              new Step.SetWeight(slot(1), 100),
              new Step.SetAddress(slot(1), at(11))),
          pool.pass().steps());
      assertEquals(List.of(new Step.Join(slot(1))), pool.pass().steps());
      pool.settle();
      serves("s1");
    }

    @Test
    void waitsForTheCheckOfAnApplicationThatDoesNotAnswerYet() {
      pool.gossip("s1", 11, Gossip.ALIVE);
      pool.settle();
      assertEquals(SlotState.JOINING, pool.state("s1"));
      pool.answering.add(at(11));
      pool.settle();
      assertEquals(SlotState.SERVING, pool.state("s1"));
    }

    @Test
    void isUpAtOnceWhereItsApplicationWasSeenToAnswer() {
      pool.gossip("s1", 11, Gossip.ALIVE);
      pool.gossip("s2", 12, Gossip.ALIVE);
      pool.settle();
      pool.seenToAnswer.add(at(11));
      assertEquals(List.of(new Step.HealthUp(slot(1))), pool.pass().steps());
    }

    @Test
    void doesNotTouchASlotWhileItsOldRequestsRun() {
      pool.slots.keySet().retainAll(Set.of(slot(1)));
      pool.running(slot(1), 3);
      pool.join("s1", 11);
      pool.pass();
      assertEquals(List.of(), pool.pass().steps());
      pool.running(slot(1), 0);
      pool.settle();
      serves("s1");
    }

    @Test
    void leavesMembersOfAnotherRoleAlone() {
      pool.join("ha", 2, "role", "balancer");
      pool.settle();
      assertEquals(List.of(), pool.applied);
      assertTrue(pool.memory.waiting().isEmpty());
    }

    @Test
    void keepsAMemberWaitingThatSaysItIsStarting() {
      pool.join("s1", 11, "state", "starting");
      pool.settle();
      assertEquals("says it is starting", pool.memory.waiting().get("s1").why());
      pool.join("s1", 11, "state", "ready");
      pool.settle();
      serves("s1");
    }

    @Test
    void refusesATagThatMakesNoSenseAndSaysWhy() {
      pool.join("s1", 11, "port", "99999");
      pool.settle();
      assertEquals(
          "tag port: expected a whole number from 1 to 65535, got \"99999\"",
          pool.memory.waiting().get("s1").why());
      assertTrue(pool.memory.waiting().get("s1").refused());
    }

    @Test
    void takesPortWeightAndMaxconnFromTheTags() {
      pool.gossip("s1", 11, Gossip.ALIVE, "port", "4000", "weight", "7", "maxconn", "9");
      pool.answering.add(Endpoint.of("10.0.0.11", 4000));
      pool.settle();
      Slot slot = pool.slots.get(slot(1));
      assertEquals(Endpoint.of("10.0.0.11", 4000), slot.endpoint());
      assertEquals(7, slot.weight());
      assertEquals(ModelPool.load(0, 9), slot.load());
    }

    @Test
    void keepsTheSecondOfTwoMembersWithOneAddressWaiting() {
      pool.join("s1", 11);
      pool.settle();
      pool.join("twin", 11, "boot", "older");
      pool.settle();
      assertEquals(
          "its address 10.0.0.11:3000 is held by s1", pool.memory.waiting().get("twin").why());
    }

    @Test
    void letsTheFifthOfFourSlotsWaitAndSeatsItWhenOneIsParked() {
      for (int i = 1; i <= 5; i++) {
        pool.join("s" + i, 10 + i);
      }
      pool.settle();
      assertEquals("no free slot: all 4 are in use", pool.memory.waiting().get("s5").why());
      pool.gossip("s2", Gossip.LEFT);
      pool.settle();
      pool.wait(Duration.ofSeconds(31));
      assertEquals(slot(2), pool.slotOf("s5"));
      assertEquals(SlotState.FREE, pool.state("s2"));
    }
  }

  @Nested
  class Leaving {
    @Test
    void drainsUntilRequestsAndSessionsAreGoneThenParks() {
      pool.join("s1", 11);
      pool.join("s2", 12);
      pool.settle();
      pool.running(slot(1), 1);
      pool.sticky.put(slot(1), new PoolView.Sticky(1, pool.now));
      pool.join("s1", 11, "state", "draining");
      pool.settle();
      assertEquals(SlotState.DRAINING, pool.state("s1"));
      pool.running(slot(1), 0);
      pool.settle();
      assertEquals(SlotState.DRAINING, pool.state("s1"), "a session was seen just now");
      pool.wait(Duration.ofSeconds(5));
      assertEquals(SlotState.PARKED, pool.state("s1"));
      assertEquals(Slot.Admin.MAINT, pool.slots.get(slot(1)).admin());
      serves("s2");
    }

    @Test
    void endsADrainAtItsDeadlineAndSaysWhatWasLeft() {
      pool.join("s1", 11);
      pool.settle();
      pool.running(slot(1), 2);
      pool.gossip("s1", Gossip.LEFT);
      pool.settle();
      pool.wait(Duration.ofSeconds(29));
      assertEquals(SlotState.DRAINING, pool.state("s1"));
      pool.wait(Duration.ofSeconds(1));
      assertEquals(SlotState.PARKED, pool.state("s1"));
      assertEquals(
          "drain cut off at its deadline: 2 requests, unknown sessions left",
          pool.memory.occupants().get(slot(1)).why());
    }

    @Test
    void actsAtOnceOnTheBackendsOwnWordAndTakesItBackUnlessTheListAgrees() {
      pool.join("s1", 11);
      pool.settle();
      pool.running(slot(1), 1);
      pool.says(Claim.Kind.DRAIN, "s1", "s1-1", "8000");
      pool.settle();
      assertEquals(SlotState.DRAINING, pool.state("s1"));
      assertEquals(
          pool.now.plusSeconds(6), pool.memory.occupants().get(slot(1)).deadline(), "8 s less 2");
      pool.wait(Duration.ofSeconds(5));
      assertEquals(SlotState.SERVING, pool.state("s1"));
    }

    @Test
    void takesAWordOfReadinessBackUnlessTheListAgrees() {
      pool.join("s1", 11, "state", "starting");
      pool.says(Claim.Kind.READY, "s1", "s1-1");
      pool.settle();
      serves("s1");
      pool.wait(Claim.PROVISIONAL);
      assertEquals(SlotState.DRAINING, pool.state("s1"));
      assertEquals(List.of(slot(1)), List.copyOf(pool.memory.occupants().keySet()));
    }

    @Test
    void ignoresAWordOfAnotherBoot() {
      pool.join("s1", 11);
      pool.settle();
      pool.says(Claim.Kind.DRAIN, "s1", "old", "8000");
      pool.settle();
      serves("s1");
    }

    @Test
    void givesAReturningMemberItsSlotBackWithItsSessions() {
      pool.join("s1", 11);
      pool.join("s2", 12);
      pool.settle();
      pool.sticky.put(slot(2), new PoolView.Sticky(0, null));
      pool.gossip("s2", Gossip.LEFT);
      pool.settle();
      assertEquals(SlotState.PARKED, pool.state("s2"));
      pool.applied.clear();
      pool.gossip("s2", Gossip.ALIVE);
      pool.settle();
      assertEquals(List.of(new Step.Join(slot(2))), pool.applied);
    }

    @Test
    void clearsTheSessionsOfAReturningMemberWithANewBoot() {
      pool.join("s1", 11);
      pool.settle();
      pool.sticky.put(slot(1), new PoolView.Sticky(0, null));
      pool.gossip("s1", Gossip.LEFT);
      pool.settle();
      pool.applied.clear();
      pool.join("s1", 11, "boot", "second");
      pool.settle();
      assertTrue(pool.applied.contains(new Step.ClearSessions(slot(1), 1)));
      assertEquals(slot(1), pool.slotOf("s1"));
    }

    @Test
    void drainsTheOldAddressOfAMemberThatMovedAndSeatsTheNewOne() {
      pool.join("s1", 11);
      pool.settle();
      pool.running(slot(1), 1);
      pool.join("s1", 21);
      pool.settle();
      assertEquals(SlotState.DRAINING, pool.memory.occupants().get(slot(1)).state());
      assertEquals(at(21), pool.slots.get(slot(2)).endpoint());
      assertTrue(pool.slots.get(slot(2)).serving());
    }

    @Test
    void forgetsAParkedMemberThatIsReapedAndOneAfterAnHour() {
      pool.join("s1", 11);
      pool.join("s2", 12);
      pool.settle();
      for (int i = 1; i <= 2; i++) {
        pool.sticky.put(slot(i), new PoolView.Sticky(0, null));
        pool.gossip("s" + i, Gossip.LEFT);
      }
      pool.settle();
      pool.roster = pool.known().without("s1");
      pool.settle();
      assertEquals(SlotState.FREE, pool.state("s1"));
      assertEquals(SlotState.PARKED, pool.state("s2"));
      pool.wait(Duration.ofHours(1));
      assertEquals(SlotState.FREE, pool.state("s2"));
    }
  }

  @Nested
  class Failing {
    @Test
    void keepsAFailedMemberInRotationWhileItsCheckPasses() {
      pool.join("s1", 11);
      pool.join("s2", 12);
      pool.settle();
      pool.gossip("s1", Gossip.FAILED);
      pool.settle();
      assertEquals(SlotState.SUSPECT, pool.state("s1"));
      serves("s1", "s2");
      pool.gossip("s1", Gossip.ALIVE);
      pool.settle();
      assertEquals(SlotState.SERVING, pool.state("s1"));
    }

    @Test
    void takesAFailedMemberOutWhenItsCheckFailsToo() {
      pool.join("s1", 11);
      pool.join("s2", 12);
      pool.settle();
      pool.answering.remove(at(2 + 10));
      pool.gossip("s2", Gossip.FAILED);
      pool.settle();
      assertEquals(SlotState.PARKED, pool.state("s2"));
      serves("s1");
    }

    @Test
    void drainsASuspectWhenItsTimeIsOver() {
      pool.join("s1", 11);
      pool.join("s2", 12);
      pool.settle();
      pool.gossip("s1", Gossip.FAILED);
      pool.settle();
      pool.wait(Duration.ofSeconds(59));
      serves("s1", "s2");
      pool.wait(Duration.ofSeconds(1));
      assertEquals(SlotState.DRAINING, pool.state("s1"));
    }

    @Test
    void holdsRemovalsThatWouldLeaveTooFewAlsoOneByOne() {
      for (int i = 1; i <= 4; i++) {
        pool.join("s" + i, 10 + i);
      }
      pool.settle();
      for (int i = 1; i <= 4; i++) {
        pool.gossip("s" + i, Gossip.FAILED);
        pool.settle();
        pool.wait(Duration.ofSeconds(60));
      }
      assertEquals(2, pool.memory.held().size(), "four fail, two may go");
      assertTrue(pool.serving().containsAll(pool.memory.held()));
      for (int i = 1; i <= 4; i++) {
        pool.gossip("s" + i, Gossip.ALIVE);
      }
      pool.settle();
      assertTrue(pool.memory.held().isEmpty());
      serves("s1", "s2", "s3", "s4");
    }

    @Test
    void letsGoWhomAnOperatorReleasesButNeverTheLast() {
      for (int i = 1; i <= 4; i++) {
        pool.join("s" + i, 10 + i);
      }
      pool.settle();
      for (int i = 1; i <= 4; i++) {
        pool.gossip("s" + i, Gossip.FAILED);
      }
      pool.settle();
      pool.wait(Duration.ofSeconds(60));
      assertEquals(2, pool.memory.held().size());
      pool.memory = pool.memory.obeying(new Order.ReleaseHold("nodes"), pool.now);
      pool.settle();
      assertEquals(1, pool.memory.held().size(), "the last one stays");
      assertTrue(pool.serving().containsAll(pool.memory.held()));
    }

    @Test
    void neverTakesTheLastOneOutByDiscoverysWordAlone() {
      pool.join("s1", 11);
      pool.settle();
      pool.roster = Roster.EMPTY;
      pool.settle();
      pool.wait(Duration.ofMinutes(10));
      serves("s1");
      assertEquals(Set.of("s1"), pool.memory.held());
    }

    @Test
    void changesNothingWhileNoMemberListIsKnown() {
      pool.join("s1", 11);
      pool.settle();
      pool.roster = null;
      pool.applied.clear();
      pool.wait(Duration.ofMinutes(10));
      assertEquals(List.of(), pool.applied);
      serves("s1");
    }
  }

  @Nested
  class Operating {
    private void order(Order order) {
      pool.memory = pool.memory.obeying(order, pool.now);
      pool.settle();
    }

    @Test
    void drainsAndParksUntilTheIntentIsLifted() {
      pool.join("s1", 11);
      pool.join("s2", 12);
      pool.settle();
      pool.sticky.put(slot(1), new PoolView.Sticky(0, null));
      order(new Order.Act("nodes", "s1", Intent.Action.DRAIN));
      assertEquals(SlotState.PARKED, pool.state("s1"));
      pool.join("s1", 11, "boot", "second");
      pool.settle();
      assertEquals(SlotState.PARKED, pool.state("s1"), "a new boot changes nothing");
      order(new Order.Lift("nodes", "s1"));
      serves("s1", "s2");
    }

    @Test
    void putsAMemberInMaintenanceAtOnce() {
      pool.join("s1", 11);
      pool.settle();
      pool.running(slot(1), 5);
      order(new Order.Act("nodes", "s1", Intent.Action.MAINT));
      assertEquals(Slot.Admin.MAINT, pool.slots.get(slot(1)).admin());
    }

    @Test
    void setsAWeightBeforeTheTagsAndKeepsItOverADrain() {
      pool.join("s1", 11, "weight", "30");
      pool.settle();
      order(new Order.Weigh("nodes", "s1", 7));
      assertEquals(7, pool.slots.get(slot(1)).weight());
      order(new Order.Act("nodes", "s1", Intent.Action.READY));
      assertEquals(7, pool.slots.get(slot(1)).weight());
      order(new Order.Lift("nodes", "s1"));
      assertEquals(30, pool.slots.get(slot(1)).weight());
    }

    @Test
    void keepsAMemberInRotationThatSaysItIsLeaving() {
      pool.join("s1", 11, "state", "draining");
      order(new Order.Act("nodes", "s1", Intent.Action.READY));
      serves("s1");
    }
  }

  @Nested
  class ForeignHands {
    @Test
    void putsAChangedAddressRightThroughMaintenanceAndCountsIt() {
      pool.join("s1", 11);
      pool.settle();
      pool.set(slot(1), at(99));
      pool.settle();
      assertEquals(at(11), pool.slots.get(slot(1)).endpoint());
      assertEquals(1, pool.memory.driftFound());
      serves("s1");
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
      serves("s1");
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
      assertEquals("maintenance, by hand", pool.memory.waiting().get("s1").why());
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
      pool.memory = pool.memory.obeying(new Order.Weigh("nodes", "s1", 0), pool.now);
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

  @Nested
  class Restarting {
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
      serves("s1", "s2");
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
      assertTrue(pool.notes.stream().noneMatch(note -> note.kind().equals("drift")));
    }

    @Test
    void findsItsMembersAgainInHaproxyAfterTheMemoryIsLost() {
      pool.join("s1", 11);
      pool.join("s2", 12);
      pool.settle();
      pool.memory = PoolMemory.EMPTY;
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
      pool.memory = PoolMemory.EMPTY;
      pool.roster = null;
      assertEquals(List.of(new Step.ToMaint(slot(2))), Planner.plan(pool.view()).steps());
    }

    @Test
    void keepsStrangersInRotationUntilTheGossipNamesThem() {
      pool.join("s1", 11);
      pool.join("s2", 12);
      pool.settle();
      Roster whole = pool.known();
      pool.memory = PoolMemory.EMPTY;
      pool.roster = Roster.EMPTY;
      pool.settle();
      assertEquals(Set.of(at(11).toString(), at(12).toString()), pool.serving());
      pool.roster = whole;
      pool.settle();
      serves("s1", "s2");
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
}
