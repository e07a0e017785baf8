package io.rollcall.core.plan;

import static io.rollcall.core.plan.ModelPool.at;
import static io.rollcall.core.plan.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Intent;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Members that come back, to their slots or to those that others left. */
class WayBackTest {
  private ModelPool pool = new ModelPool(4);

  private void join(String... names) {
    for (String name : names) {
      pool.join(name, 10 + name.charAt(1) - '0');
    }
    pool.settle();
  }

  private void obey(OperatorAction order) {
    pool.memory = pool.memory.withAction(order, pool.now);
    pool.settle();
  }

  private void lost(String name) {
    pool.gossip(name, MemberStatus.FAILED);
    pool.settle();
  }

  private boolean applied(Step step) {
    return pool.applied.contains(step);
  }

  @Nested
  class OldRequests {
    @Test
    void ofItsOwnDoNotKeepAMemberOut() {
      join("s1");
      obey(new OperatorAction.SetState("nodes", "s1", Intent.Action.MAINT));
      pool.running(slot(1), 1);
      obey(new OperatorAction.ClearIntent("nodes", "s1"));
      assertEquals(Set.of("s1"), pool.serving());
      assertFalse(applied(new Step.ShutdownSessions(slot(1))));
    }

    @Test
    void areAvoidedWhereAnotherParkedSlotHasNone() {
      pool = new ModelPool(2);
      join("s1", "s2");
      parks("s1", 1);
      parks("s2", 0);
      join("s3");
      assertEquals(slot(2), pool.slotOf("s3"));
      assertEquals(Set.of("s3"), pool.serving());
    }

    @Test
    void areAvoidedWhereAnotherFreeSlotHasNone() {
      pool.running(slot(1), 1);
      join("s1");
      assertEquals(slot(2), pool.slotOf("s1"));
    }

    @Test
    void areEndedOnceTheyOutlastedTheDrain() {
      pool = new ModelPool(1);
      join("s1");
      parks("s1", 1);
      join("s2");
      pool.wait(Duration.ofSeconds(30));
      assertFalse(applied(new Step.ShutdownSessions(slot(1))));
      pool.wait(Duration.ofSeconds(1));
      assertTrue(applied(new Step.ShutdownSessions(slot(1))));
      assertEquals(Set.of("s2"), pool.serving());
    }

    @Test
    void areEndedAtAnAddressThatWasChangedByHand() {
      join("s1");
      pool.running(slot(1), 1);
      pool.set(slot(1), at(99));
      pool.settle();
      pool.wait(Duration.ofSeconds(31));
      assertEquals(Set.of("s1"), pool.serving());
    }

    private void parks(String name, int requests) {
      SlotId id = pool.slotOf(name);
      pool.running(id, requests);
      pool.gossip(name, MemberStatus.LEFT);
      pool.sticky.put(id, new PlannerInput.TrackedSessions(0, null));
      pool.settle();
      pool.wait(Duration.ofSeconds(31));
      assertEquals(SlotState.PARKED, pool.state(name));
    }
  }

  @Nested
  class RemovedByFailure {
    @Test
    void staysOutWhereItSaysThatItLeaves() {
      drainsByFailure();
      pool.gossip("s1", 11, MemberStatus.ALIVE, "state", "draining");
      pool.settle();
      assertFalse(applied(new Step.ToReady(slot(1))));
    }

    @Test
    void staysOutWhereTheMemberListIsLost() {
      drainsByFailure();
      pool.roster = null;
      pool.settle();
      assertFalse(applied(new Step.ToReady(slot(1))));
    }

    private void drainsByFailure() {
      join("s1", "s2", "s3");
      pool.running(slot(1), 1);
      lost("s1");
      pool.wait(Duration.ofSeconds(61));
      assertEquals(SlotState.DRAINING, pool.state("s1"));
    }
  }

  @Test
  void holdsNobodyWhoLeavesByItsOwnWordAndFailsThen() {
    join("s1", "s2", "s3", "s4");
    pool.running(slot(1), 1);
    pool.gossip("s1", 11, MemberStatus.ALIVE, "state", "draining");
    pool.settle();
    lost("s1");
    assertEquals(Set.of(), pool.memory.held());
  }

  @Test
  void clearsTheSessionsOfWhoHadTheAddressAlsoWhereNobodySaysABoot() {
    pool.join("s1", 11, "boot", "");
    pool.settle();
    lost("s1");
    pool.applied.clear();
    pool.join("s2", 11, "boot", "");
    pool.settle();
    assertEquals(List.of(new Step.ClearSessions(slot(1), 1)), pool.applied);
  }

  @Test
  void comesBackWhenMaintenanceIsLiftedAlsoWhereOnlyTheMemoryKnowsIt() {
    join("s1", "s2");
    obey(new OperatorAction.SetState("nodes", "s1", Intent.Action.MAINT));
    pool.roster = Roster.of(pool.memory.remembered(pool.policy));
    pool.settle();
    obey(new OperatorAction.ClearIntent("nodes", "s1"));
    assertEquals(Set.of("s1", "s2"), pool.serving());
  }

  @Test
  void isForgottenAfterAnHourAlsoWhereAPersonSetItsWeight() {
    join("s1", "s2");
    obey(new OperatorAction.SetWeightTo("nodes", "s1", 50));
    pool.sticky.put(slot(1), new PlannerInput.TrackedSessions(0, null));
    pool.gossip("s1", MemberStatus.LEFT);
    pool.settle();
    pool.wait(Duration.ofMinutes(61));
    assertEquals(SlotState.FREE, pool.state("s1"));
  }

  @Test
  void takesNobodyOutWhoJoinedBeforeThatWasSaved() {
    pool.join("s1", 11);
    pool.pass();
    PoolState stale = pool.memory;
    assertEquals(SlotState.PREPARED, pool.state("s1"));
    pool.settle();
    pool.memory = stale;
    pool.applied.clear();
    pool.settle();
    assertEquals(List.of(), pool.applied);
    assertEquals(SlotState.SERVING, pool.state("s1"));
  }

  @Test
  void takesNobodyOutWhoseReturnFromItsParkedSlotWasNotSaved() {
    join("s1");
    obey(new OperatorAction.SetState("nodes", "s1", Intent.Action.MAINT));
    PoolState stale =
        pool.memory.withAction(new OperatorAction.ClearIntent("nodes", "s1"), pool.now);
    obey(new OperatorAction.ClearIntent("nodes", "s1"));
    assertEquals(Set.of("s1"), pool.serving());
    pool.memory = stale;
    pool.applied.clear();
    pool.settle();
    assertEquals(List.of(), pool.applied);
    assertEquals(SlotState.SERVING, pool.state("s1"));
  }
}
