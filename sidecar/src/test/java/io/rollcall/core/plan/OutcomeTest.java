package io.rollcall.core.plan;

import static io.rollcall.core.plan.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotState;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a plan leads to, by the transitions that were applied. */
class OutcomeTest {
  private final ModelPool pool = new ModelPool(2);

  private static List<EventKind> kinds(Plan.Outcome outcome) {
    return outcome.events().stream().map(Event::kind).toList();
  }

  private void join(String... names) {
    for (String name : names) {
      pool.join(name, 10 + name.charAt(1) - '0');
    }
    pool.settle();
  }

  @Test
  void leavesEverySlotAsItWasWithoutAnyTransition() {
    join("s1", "s2");
    pool.gossip("s1", MemberStatus.LEFT);
    pool.gossip("s2", MemberStatus.LEFT);
    Plan plan = Planner.plan(pool.view());
    assertEquals(2, plan.transitions().size());
    Plan.Outcome outcome = plan.outcome(Map.of(slot(1), "refused", slot(2), "refused"));
    assertEquals(pool.memory.occupants(), outcome.state().occupants());
    assertEquals(List.of(), outcome.events());
    assertFalse(outcome.moving());
    assertFalse(plan.settled(), "it has steps");
  }

  @Test
  void appliesATransitionWithoutStepsAlsoWhereAStepWasRefusedBefore() {
    join("s1", "s2");
    pool.gossip("s1", MemberStatus.FAILED);
    Plan.Outcome outcome = Planner.plan(pool.view()).outcome(Map.of(slot(1), "refused"));
    assertEquals(SlotState.SUSPECT, outcome.state().occupants().get(slot(1)).state());
    assertEquals(List.of(EventKind.SUSPECT), kinds(outcome));
  }

  @Test
  void doesNotTakeOverAManualChangeOfASlotThatStaysAsItWas() {
    join("s1", "s2");
    Slot s = pool.slots.get(slot(1));
    pool.slots.put(
        slot(1),
        new Slot(
            s.id(),
            s.serverId(),
            s.endpoint(),
            s.admin(),
            true,
            0,
            s.check(),
            s.load(),
            ModelPool.report(2, 0)));
    Plan plan = Planner.plan(pool.view());
    assertEquals(Set.of(), plan.outcome(Map.of(slot(1), "refused")).state().intents().keySet());
    assertEquals(0, plan.outcome(Map.of(slot(1), "refused")).state().driftFound());
    assertEquals(Set.of("s1"), plan.outcome(Map.of()).state().intents().keySet());
    assertEquals(1, plan.outcome(Map.of()).state().driftFound());
  }

  @Test
  void adoptsAServerOfWhichAStepIsRefused() {
    join("s1", "s2");
    pool.memory = PoolState.EMPTY;
    pool.gossip("s1", 11, MemberStatus.ALIVE, "weight", "7");
    Plan plan = Planner.plan(pool.view());
    assertFalse(plan.steps().isEmpty());
    Plan.Outcome outcome = plan.outcome(Map.of(slot(1), "refused"));
    assertEquals("s1", outcome.state().occupants().get(slot(1)).member());
    assertNull(outcome.state().occupants().get(slot(1)).service().weight());
    assertTrue(kinds(outcome).contains(EventKind.POOL_UP));
  }

  @Test
  void leavesASlotToItsMemberIfFreeingItIsRefused() {
    var one = new ModelPool(1);
    one.join("s1", 11);
    one.pass();
    one.gossip("s1", MemberStatus.LEFT);
    one.join("s2", 12);
    Plan plan = Planner.plan(one.view());
    assertEquals("s2", plan.outcome(Map.of()).state().occupants().get(slot(1)).member());
    Plan.Outcome refused = plan.outcome(Map.of(slot(1), "refused"));
    assertEquals("s1", refused.state().occupants().get(slot(1)).member());
    assertEquals(Set.of("s2"), refused.state().waiting().keySet());
  }
}
