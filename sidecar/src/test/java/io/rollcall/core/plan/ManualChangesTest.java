package io.rollcall.core.plan;

import static io.rollcall.core.plan.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Intent;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a person did on the admin socket, told from steps of our own whose outcome was lost. */
class ManualChangesTest {
  private final ModelPool pool = new ModelPool(4);

  @BeforeEach
  void twoServe() {
    pool.join("s1", 11);
    pool.join("s2", 12);
    pool.settle();
  }

  /** The steps reach HAProxy, but the sidecar dies before the memory is kept, or the reply does. */
  private void passThatIsForgotten() {
    PoolState before = pool.memory;
    pool.pass();
    pool.memory = before;
  }

  /** A new run plans once before it has read the member list. */
  private void startAnew() {
    Roster list = pool.roster;
    pool.roster = null;
    pool.settle();
    pool.roster = list;
    pool.settle();
  }

  @Nested
  class OwnSteps {
    @Test
    void goesOnWithADrainThatWasForgotten() {
      pool.running(slot(1), 1);
      pool.join("s1", 11, "state", "draining");
      passThatIsForgotten();
      startAnew();
      assertEquals(SlotState.DRAINING, pool.state("s1"));
      assertEquals(Map.of(), pool.memory.intents());
      pool.join("s1", 11, "boot", "second");
      pool.settle();
      assertEquals(Set.of("s1", "s2"), pool.serving());
    }

    @Test
    void goesOnWithADrainOfOneThatStartsAnewThatWasForgotten() {
      pool.running(slot(1), 1);
      pool.join("s1", 11, "state", "starting");
      passThatIsForgotten();
      startAnew();
      assertEquals(Map.of(), pool.memory.intents());
      pool.join("s1", 11, "state", "ready");
      pool.settle();
      assertEquals(Set.of("s1", "s2"), pool.serving());
    }

    @Test
    void goesOnWithAMoveThatWasForgotten() {
      pool.running(slot(1), 1);
      pool.join("s1", 21);
      passThatIsForgotten();
      startAnew();
      assertEquals(Map.of(), pool.memory.intents());
      assertTrue(pool.serving().contains("s1"));
    }

    @Test
    void goesOnWithARemovalThatWasForgotten() {
      pool.answering.remove(ModelPool.at(11));
      pool.gossip("s1", MemberStatus.FAILED);
      pool.pass();
      assertEquals(SlotState.SUSPECT, pool.state("s1"));
      passThatIsForgotten();
      startAnew();
      assertEquals(SlotState.PARKED, pool.state("s1"));
      assertEquals(Map.of(), pool.memory.intents());
    }

    @Test
    void goesOnWithAWeightOfZeroThatWasForgotten() {
      pool.join("s1", 11, "weight", "0");
      passThatIsForgotten();
      startAnew();
      assertEquals(Map.of(), pool.memory.intents());
      pool.join("s1", 11, "weight", "30");
      pool.settle();
      assertEquals(30, pool.slots.get(slot(1)).weight());
      assertEquals(0, pool.memory.driftFound());
    }

    @Test
    void keepsTheOrderThatMaintenanceWasSetByWhenThatWasForgotten() {
      pool.memory =
          pool.memory.withAction(
              new OperatorAction.SetState("nodes", "s1", Intent.Action.MAINT), pool.now);
      passThatIsForgotten();
      startAnew();
      assertEquals(Intent.BY_API, pool.memory.intents().get("s1").by());
    }
  }

  @Nested
  class APersonsHands {
    @Test
    void areKeptOnAMemberThatDrainsByItsOwnWord() {
      pool.running(slot(1), 1);
      pool.gossip("s1", 11, MemberStatus.ALIVE, "state", "draining");
      pool.settle();
      pool.set(slot(1), Slot.Admin.MAINT);
      pool.settle();
      pool.running(slot(1), 0);
      pool.join("s1", 11, "boot", "s1-2");
      pool.settle();
      assertEquals(Set.of("s2"), pool.serving());
      assertEquals(Intent.BY_HAND, pool.memory.intents().get("s1").by());
    }

    @Test
    void areToldFromARestartOfHaproxyThatOnlyOtherSlotsStillSufferFrom() {
      pool.set(slot(1), Slot.Admin.MAINT);
      pool.set(slot(2), Slot.Admin.MAINT);
      Set<SlotId> second = Set.of(slot(2));
      PlannerInput view = pool.view().toBuilder().restarted(second).build();
      assertEquals(Set.of("s1"), Planner.plan(view).outcome(Map.of()).state().intents().keySet());
    }

    @Test
    void areTakenBackByHandBeforeTheSlotEvenDrains() {
      pool.set(slot(1), Slot.Admin.DRAIN);
      pool.pass();
      assertEquals(Set.of("s1"), pool.memory.intents().keySet());
      pool.set(slot(1), Slot.Admin.READY);
      pool.settle();
      assertEquals(Set.of(), pool.memory.intents().keySet());
      assertEquals(Set.of("s1", "s2"), pool.serving());
      assertEquals(0, pool.memory.driftFound());
    }

    @Test
    void areUndoneThatSwitchedTheCheckOff() {
      Slot s = pool.slots.get(slot(1));
      pool.slots.put(
          slot(1),
          new Slot(
              s.id(),
              s.serverId(),
              s.endpoint(),
              s.admin(),
              s.running(),
              s.weight(),
              s.check(),
              s.load(),
              ModelPool.report(2, 0)));
      Plan plan = Planner.plan(pool.view());
      assertEquals(List.of(new Step.EnableCheck(slot(1))), plan.steps());
      assertEquals(1, plan.outcome(Map.of()).state().driftFound());
      assertEquals(
          SlotState.SERVING, plan.outcome(Map.of()).state().occupants().get(slot(1)).state());
    }

    @Test
    void areKeptThatWereSetWhileNoMemberListIsKnown() {
      pool.set(slot(1), Slot.Admin.DRAIN);
      startAnew();
      assertEquals(Intent.Action.DRAIN, pool.memory.intents().get("s1").action());
      assertEquals(Set.of("s2"), pool.serving());
    }

    @Test
    void areKeptOnAMemberThatJoins() {
      pool.gossip("s3", 13, MemberStatus.ALIVE);
      pool.settle();
      assertEquals(SlotState.JOINING, pool.state("s3"));
      pool.set(slot(3), Slot.Admin.MAINT);
      pool.settle();
      assertEquals(Intent.Action.MAINT, pool.memory.intents().get("s3").action());
      pool.answering.add(ModelPool.at(13));
      pool.wait(Duration.ofMinutes(1));
      assertEquals(Slot.Admin.MAINT, pool.slots.get(slot(3)).admin());
    }

    @Test
    void leaveTheWeightThatWasDecidedBefore() {
      pool.memory =
          pool.memory.withAction(new OperatorAction.SetWeightTo("nodes", "s1", 7), pool.now);
      pool.settle();
      pool.set(slot(1), Slot.Admin.MAINT);
      pool.settle();
      pool.set(slot(1), Slot.Admin.READY);
      pool.settle();
      assertEquals(7, pool.slots.get(slot(1)).weight());
      assertEquals(Set.of("s1", "s2"), pool.serving());
    }

    @Test
    void areNotSetOnceMoreSinceTheyMayBeTakenBackAnyMoment() {
      pool.running(slot(1), 1);
      pool.set(slot(1), Slot.Admin.DRAIN);
      pool.pass();
      Plan plan = Planner.plan(pool.view());
      assertEquals(
          SlotState.DRAINING, plan.outcome(Map.of()).state().occupants().get(slot(1)).state());
      assertEquals(List.of(), plan.steps());
    }

    @Test
    void takeADrainBackWhileItRuns() {
      pool.running(slot(1), 1);
      pool.set(slot(1), Slot.Admin.DRAIN);
      pool.settle();
      assertEquals(SlotState.DRAINING, pool.state("s1"));
      pool.set(slot(1), Slot.Admin.READY);
      pool.settle();
      assertEquals(Map.of(), pool.memory.intents());
      assertEquals(SlotState.SERVING, pool.state("s1"));
      assertEquals(0, pool.memory.driftFound());
    }
  }
}
