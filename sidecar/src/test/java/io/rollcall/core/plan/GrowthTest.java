package io.rollcall.core.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two slots are configured, and there may be four. */
class GrowthTest {
  private final ModelPool pool = new ModelPool(2);

  @BeforeEach
  void allow() {
    pool.policy = ModelPool.growingTo(4);
    pool.grows = true;
  }

  private void join(int... hosts) {
    for (int host : hosts) {
      pool.join("m" + host, host);
    }
    pool.settle();
  }

  private String waits(String name) {
    return pool.memory.waiting().get(name).why();
  }

  @Test
  void addsASlotForEachMemberThatFindsNoneFree() {
    join(1, 2, 3, 4);

    assertEquals(Set.of("m1", "m2", "m3", "m4"), pool.serving());
    assertEquals(
        List.of(ModelPool.slot(3), ModelPool.slot(4)),
        List.copyOf(pool.slots.keySet()).subList(2, 4));
    assertTrue(pool.applied.contains(new Step.AddSlot(ModelPool.slot(3), 1_000_003, "check")));
  }

  @Test
  void growsNoFurtherThanAllowed() {
    join(1, 2, 3, 4, 5);

    assertEquals(4, pool.slots.size());
    assertEquals("no free slot: all 4 are in use", waits("m5"));
  }

  @Test
  void takesAParkedSlotForAMemberWhoseGrownSlotIsLost() {
    join(1, 2, 3);
    pool.gossip("m1", MemberStatus.LEFT);
    pool.settle();
    pool.wait(Duration.ofSeconds(31));
    pool.slots.remove(ModelPool.slot(3));
    pool.restarted = true;
    pool.applied.clear();
    pool.settle();
    assertEquals(Set.of("m2", "m3"), pool.serving());
    assertTrue(pool.applied.stream().noneMatch(Step.AddSlot.class::isInstance));
  }

  @Test
  void letsAMemberWaitWhoseGrownSlotIsLostAndIsNotAddedAgain() {
    join(1, 2, 3);
    pool.slots.remove(ModelPool.slot(3));
    pool.restarted = true;
    for (int i = 0; i < 3; i++) {
      PlannerInput view = pool.view();
      Plan plan = Planner.plan(view);
      plan.steps().stream()
          .filter(step -> !step.slot().equals(ModelPool.slot(3)))
          .forEach(pool::apply);
      pool.memory = plan.outcome(Map.of(ModelPool.slot(3), "refused")).state();
      assertEquals(Set.of("m3"), pool.memory.waiting().keySet());
      assertEquals(SlotState.FREE, pool.state("m3"));
    }
    pool.settle();
    assertEquals(Set.of("m1", "m2", "m3"), pool.serving());
  }

  @Test
  void letsAMemberWaitWhereHaproxyDoesNotGrow() {
    pool.grows = false;
    join(1, 2, 3);

    assertEquals(2, pool.slots.size());
    assertEquals("no free slot: all 2 are in use; adding slots requires HAProxy 3.0", waits("m3"));
  }

  @Test
  void addsNoneWhileOneIsFreeOrParked() {
    join(1, 2);
    pool.gossip("m1", MemberStatus.LEFT);
    pool.settle();
    pool.wait(Duration.ofSeconds(31));
    assertEquals(SlotState.PARKED, pool.state("m1"));
    join(3);

    assertEquals(2, pool.slots.size());
    assertEquals(Set.of("m2", "m3"), pool.serving());
  }

  @Test
  void removesAGrownSlotOnceNobodyHasIt() {
    join(1, 2, 3);
    pool.gossip("m3", MemberStatus.LEFT);
    pool.settle();
    pool.wait(Duration.ofSeconds(31));
    assertEquals(3, pool.slots.size(), "parked, it may come back");
    pool.wait(Duration.ofHours(2));

    assertEquals(Set.of(ModelPool.slot(1), ModelPool.slot(2)), pool.slots.keySet());
    int removed = pool.applied.indexOf(new Step.RemoveSlot(ModelPool.slot(3)));
    assertEquals(
        new Step.ClearSessions(ModelPool.slot(3), 1_000_003), pool.applied.get(removed - 1));
    assertFalse(pool.applied.contains(new Step.RemoveSlot(ModelPool.slot(1))));
  }

  @Test
  void addsSlotsInUseAgainWhenHaproxyCameBackWithoutThem() {
    join(1, 2, 3, 4);
    pool.slots.remove(ModelPool.slot(3));
    pool.slots.remove(ModelPool.slot(4));
    pool.restarted = true;
    pool.settle();

    assertEquals(ModelPool.slot(4), pool.slotOf("m4"));
    assertEquals(Set.of("m1", "m2", "m3", "m4"), pool.serving());
  }

  @Test
  void freesAGrownSlotOfAHaproxyThatGrowsNoMore() {
    join(1, 2, 3);
    pool.slots.remove(ModelPool.slot(3));
    pool.grows = false;
    pool.settle();

    assertEquals(SlotState.FREE, pool.state("m3"));
    assertTrue(pool.memory.waiting().containsKey("m3"));
  }
}
