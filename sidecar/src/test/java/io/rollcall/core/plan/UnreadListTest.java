package io.rollcall.core.plan;

import static io.rollcall.core.plan.ModelPool.at;
import static io.rollcall.core.plan.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotState;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No member list was ever read; single members were heard of, or nobody. */
class UnreadListTest {
  private final ModelPool pool = new ModelPool(4);

  @BeforeEach
  void join() {
    pool.join("s1", 11);
    pool.join("s2", 12);
    pool.settle();
    pool.roster = Roster.UNREAD;
  }

  @Test
  void bringsInWhoWasHeardOfAndKeepsAllOthers() {
    pool.join("s3", 13);
    pool.settle();
    pool.wait(Duration.ofHours(2));
    assertEquals(Set.of("s1", "s2", "s3"), pool.serving());
    assertEquals(SlotState.SERVING, pool.state("s1"));
  }

  @Test
  void takesOutWhoWasHeardToLeave() {
    pool.gossip("s1", 11, MemberStatus.LEFT);
    pool.sticky.put(slot(1), new PlannerInput.TrackedSessions(0, null));
    pool.settle();
    assertEquals(SlotState.PARKED, pool.state("s1"));
    assertEquals(Set.of("s2"), pool.serving());
  }

  @Test
  void keepsStrangersInRotationWhenTheFirstOneGetsItsName() {
    pool.memory = PoolState.EMPTY;
    pool.settle();
    pool.join("s1", 11);
    pool.settle();
    pool.wait(Duration.ofHours(2));
    assertEquals(Set.of("s1", at(12).toString()), pool.serving());
  }

  @Test
  void leavesASlotInRotationThatItsMemoryDoesNotName() {
    pool.memory = PoolState.EMPTY;
    pool.set(slot(2), Slot.Admin.MAINT);
    pool.settle();
    pool.set(slot(2), Slot.Admin.READY);
    pool.join("s3", 13);
    pool.settle();
    assertEquals(at(12), pool.slots.get(slot(2)).endpoint());
    assertEquals(Slot.Admin.READY, pool.slots.get(slot(2)).admin());
  }

  @Test
  void keepsAllWhereNeitherListNorMemoryIsLeft() {
    pool.memory = PoolState.EMPTY;
    pool.settle();
    pool.wait(Duration.ofHours(3));
    assertEquals(Set.of(at(11).toString(), at(12).toString()), pool.serving());
  }

  @Test
  void keepsAParkedMembersSlot() {
    pool.gossip("s1", 11, MemberStatus.LEFT);
    pool.sticky.put(slot(1), new PlannerInput.TrackedSessions(0, null));
    pool.settle();
    pool.roster = Roster.UNREAD;
    pool.wait(Duration.ofMinutes(30));
    assertEquals(SlotState.PARKED, pool.state("s1"));
  }
}
