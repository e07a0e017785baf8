package io.rollcall.core.plan;

import static io.rollcall.core.plan.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.status.PoolStatusBuilder;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Members whose check does not pass, in a pool that is full. */
class LateJoinTest {
  private final ModelPool pool = new ModelPool(1);

  @Test
  void givesWayToOneThatWaits() {
    pool.gossip("s1", 11, MemberStatus.ALIVE);
    pool.settle();
    pool.wait(Duration.ofSeconds(5));
    pool.join("s2", 12);
    pool.settle();
    assertEquals(SlotState.JOINING, pool.state("s1"));
    pool.wait(Duration.ofSeconds(56));
    assertEquals(Set.of("s2"), pool.serving());
    assertEquals(Set.of("s1"), pool.memory.waiting().keySet());
  }

  @Test
  void keepsItsSlotWhileNobodyWaits() {
    pool.gossip("s1", 11, MemberStatus.ALIVE);
    pool.settle();
    pool.wait(Duration.ofHours(1));
    assertEquals(SlotState.JOINING, pool.state("s1"));
    String why = PoolStatusBuilder.of(pool.view()).members().getFirst().why();
    assertTrue(why.startsWith("not ready for longer than joinTimeout"), why);
  }

  /** The state file has a server that was down in maintenance. */
  @Test
  void isDownAfterARestartOfHaproxyIfItWasDownBefore() {
    pool.join("s1", 11);
    pool.settle();
    pool.answering.clear();
    pool.settle();
    assertEquals(MemberState.DOWN, shown());
    pool.set(slot(1), Slot.Admin.MAINT);
    pool.restarted = true;
    for (int i = 0; i < 5; i++) {
      pool.pass();
      assertEquals(MemberState.DOWN, shown());
    }
    assertEquals(SlotState.JOINING, pool.state("s1"));
    pool.join("s1", 11);
    pool.settle();
    assertEquals(MemberState.SERVING, shown());
  }

  private MemberState shown() {
    return PoolStatusBuilder.of(pool.view()).members().getFirst().state();
  }
}
