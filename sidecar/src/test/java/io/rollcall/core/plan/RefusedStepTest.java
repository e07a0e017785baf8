package io.rollcall.core.plan;

import static io.rollcall.core.plan.ModelPool.at;
import static io.rollcall.core.plan.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A plan of which HAProxy refuses a step: only the slot of that step stays as it was. */
class RefusedStepTest {
  private final ModelPool pool = new ModelPool(4);

  private void join(String... names) {
    for (String name : names) {
      pool.join(name, 10 + name.charAt(1) - '0');
    }
    pool.settle();
  }

  private static Member alive(String name, int host) {
    return new Member(name, at(host).ip(), MemberStatus.ALIVE, Map.of("role", "backend"));
  }

  /** A pass in which HAProxy refuses every step of the slot. */
  @CanIgnoreReturnValue
  private Plan.Outcome passWithout(SlotId refused) {
    pool.check();
    Plan plan = Planner.plan(pool.view());
    plan.steps().stream().filter(step -> !step.slot().equals(refused)).forEach(pool::apply);
    Plan.Outcome outcome = plan.outcome(Map.of(refused, "refused"));
    pool.memory = outcome.state();
    return outcome;
  }

  @Test
  void makesOnlyTheTransitionOfTheRefusedSlotVoid() {
    pool.roster = Roster.of(List.of(alive("s1", 11), alive("s2", 12), alive("s3", 13)));
    pool.answering.addAll(List.of(at(11), at(12), at(13)));
    for (int i = 0; i < 6; i++) {
      passWithout(slot(2));
    }
    assertEquals(Set.of("s1", "s3"), pool.serving());
    assertEquals(SlotState.FREE, pool.state("s2"));
    assertEquals(Set.of("s2"), pool.memory.waiting().keySet());
    assertEquals("refused", pool.memory.waiting().get("s2").why(), "as HAProxy said it");
    pool.settle();
    assertEquals(Set.of("s1", "s2", "s3"), pool.serving());
  }

  @Test
  void showsAsWaitingWhoWasToHaveTheRefusedSlot() {
    join("s1", "s2", "s3", "s4");
    pool.sticky.put(slot(1), new PlannerInput.TrackedSessions(0, null));
    pool.gossip("s1", MemberStatus.LEFT);
    pool.pass();
    assertEquals(SlotState.DRAINING, pool.state("s1"));
    pool.join("s5", 15);
    Plan.Outcome plan = passWithout(slot(1));
    assertEquals(SlotState.DRAINING, pool.state("s1"));
    assertEquals(Set.of("s5"), plan.state().waiting().keySet());
    assertEquals(List.of(EventKind.WAITING), plan.events().stream().map(Event::kind).toList());
    assertEquals(List.of(), passWithout(slot(1)).events(), "is said once");
  }

  @Test
  void comesToRestWithASlotWhoseStepsAreRefused() {
    join("s1", "s2", "s3");
    pool.set(slot(1), 50);
    pool.gossip("s1", MemberStatus.FAILED);
    passWithout(slot(1));
    for (int i = 0; i < 5; i++) {
      pool.now = pool.now.plusMillis(3);
      PoolState before = pool.memory;
      assertEquals(before, passWithout(slot(1)).state());
    }
  }

  @Test
  void isInNoHurryForASlotWhoseStepsAreRefused() {
    join("s1", "s2");
    pool.gossip("s1", MemberStatus.LEFT);
    assertFalse(passWithout(slot(1)).moving());
    assertTrue(pool.pass().outcome(Map.of()).moving());
  }

  @Test
  void countsNoDriftThatWasNotPutRight() {
    join("s1", "s2");
    pool.set(slot(1), at(98));
    pool.set(slot(2), at(99));
    passWithout(slot(1));
    assertEquals(1, pool.memory.driftFound());
    assertEquals(0, pool.memory.driftRepaired(), "before it was read back");
    pool.settle();
    assertEquals(2, pool.memory.driftFound());
    assertEquals(2, pool.memory.driftRepaired());
  }

  @Test
  void tellsNothingOfThePoolThatDidNotHappen() {
    join("s1");
    pool.gossip("s1", MemberStatus.LEFT);
    assertEquals(List.of(), passWithout(slot(1)).events());
    assertEquals(EventKind.POOL_DOWN, pool.pass().outcome(Map.of()).events().getLast().kind());
  }

  @Test
  void givesNobodyTheAddressOfASlotThatStaysAsItWas() {
    join("s3");
    pool.slots.keySet().forEach(slot -> pool.running(slot, slot.equals(slot(1)) ? 0 : 1));
    pool.gossip("s1", 11, MemberStatus.ALIVE, "boot", "b");
    pool.sticky.put(slot(1), new PlannerInput.TrackedSessions(0, null));
    pool.gossip("s3", MemberStatus.LEFT);
    pool.settle();
    pool.roster = pool.known().without("s3");
    pool.settle();
    assertEquals(Set.of(slot(2)), pool.memory.occupants().keySet());
    pool.gossip("s1", 11, MemberStatus.ALIVE, "boot", "b", "state", "starting");
    pool.gossip("s2", 11, MemberStatus.ALIVE, "boot", "a");
    Plan.Outcome plan = passWithout(slot(2));
    assertEquals(Set.of(slot(2)), plan.state().occupants().keySet());
    assertEquals(Set.of("s2"), plan.state().waiting().keySet());
  }
}
