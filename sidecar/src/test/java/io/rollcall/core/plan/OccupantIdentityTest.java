package io.rollcall.core.plan;

import static io.rollcall.core.plan.ModelPool.at;
import static io.rollcall.core.plan.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.model.Intent;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotState;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OccupantIdentityTest {
  private final ModelPool pool = new ModelPool(4);

  @Test
  void leavesTheAddressToTheOneWhoseCheckPasses() {
    pool.join("s1", 11, "boot", "1");
    pool.settle();
    pool.applied.clear();
    pool.join("twin", 11, "boot", "2");
    pool.settle();
    assertEquals(Set.of("s1"), pool.serving());
    assertEquals(List.of(), pool.applied);
    assertEquals("address 10.0.0.11:3000 is in use by s1", pool.memory.waiting().get("twin").why());
    pool.gossip("s1", MemberStatus.LEFT);
    pool.settle();
    assertEquals(Set.of("twin"), pool.serving());
  }

  @Test
  void givesTheAddressToTheNewerBootOfTwoWhoseCheckFails() {
    pool.join("s1", 11, "boot", "1");
    pool.settle();
    pool.answering.clear();
    pool.gossip("twin", 11, MemberStatus.ALIVE, "boot", "2");
    pool.settle();
    pool.join("twin", 11, "boot", "2");
    pool.settle();
    assertEquals(slot(1), pool.slotOf("twin"));
    assertEquals(SlotState.SERVING, pool.state("twin"));
    assertEquals("address 10.0.0.11:3000 is in use by twin", pool.memory.waiting().get("s1").why());
    pool.gossip("s1", MemberStatus.LEFT);
    pool.settle();
    assertEquals(Set.of("twin"), pool.serving());
  }

  @Test
  void givesTheAddressOfAHostThatCameBackUnderAnotherNameToTheNewOne() {
    pool.join("s1", 11);
    pool.settle();
    pool.join("s1-again", 11, "boot", "");
    pool.gossip("s1", MemberStatus.FAILED);
    pool.settle();
    assertEquals(SlotState.SERVING, pool.state("s1-again"));
    pool.roster = pool.known().without("s1");
    pool.wait(Duration.ofMinutes(10));
    assertEquals(Set.of(), pool.memory.held());
    assertEquals(Set.of("s1-again"), pool.memory.known().keySet());
  }

  @Test
  void keepsADrainByHandThatWasFoundBeforeTheMemberListWas() {
    pool.join("s1", 11);
    pool.join("s2", 12);
    pool.settle();
    pool.set(slot(1), Slot.Admin.DRAIN);
    Roster list = pool.known();
    pool.memory = PoolState.EMPTY;
    pool.roster = Roster.EMPTY;
    pool.settle();
    pool.roster = list;
    pool.settle();
    assertEquals(Set.of("s2"), pool.serving());
    assertEquals(Intent.Action.DRAIN, pool.memory.intents().get("s1").action());
    assertEquals(Set.of("s1"), pool.memory.intents().keySet());
  }

  @Test
  void countsAStrangerThatHasItsNameOnlyOnceForTheHold() {
    pool.join("s1", 11);
    pool.join("s2", 12);
    pool.settle();
    Roster list = pool.known();
    pool.memory = PoolState.EMPTY;
    pool.roster = null;
    pool.settle();
    pool.roster = list;
    pool.settle();
    assertEquals(Set.of("s1", "s2"), pool.memory.known().keySet());
    pool.answering.remove(at(12));
    pool.gossip("s2", MemberStatus.FAILED);
    pool.settle();
    assertEquals(SlotState.PARKED, pool.state("s2"));
  }

  @Test
  void doesNotTakeAStrangersAddressForAName() {
    pool.join("s1", 11);
    pool.settle();
    pool.memory = PoolState.EMPTY;
    pool.roster = Roster.EMPTY;
    pool.settle();
    assertEquals(List.of(), pool.memory.remembered(ModelPool.POLICY));
  }
}
