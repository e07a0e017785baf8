package io.rollcall.core;

import static io.rollcall.core.ModelPool.at;
import static io.rollcall.core.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NamingTest {
  private final ModelPool pool = new ModelPool(4);

  @Test
  void givesTheAddressToTheNewerBootOfTwoWhoAreAlive() {
    pool.join("s1", 11, "boot", "1");
    pool.settle();
    pool.applied.clear();
    pool.join("twin", 11, "boot", "2");
    pool.settle();
    assertEquals(slot(1), pool.slotOf("twin"));
    assertEquals(SlotState.SERVING, pool.state("twin"));
    assertEquals(
        "its address 10.0.0.11:3000 is held by twin", pool.memory.waiting().get("s1").why());
    pool.gossip("s1", Gossip.LEFT);
    pool.settle();
    assertEquals(Set.of("twin"), pool.serving());
  }

  @Test
  void givesTheAddressOfAHostThatCameBackUnderAnotherNameToTheNewOne() {
    pool.join("s1", 11);
    pool.settle();
    pool.join("s1-again", 11, "boot", "");
    pool.gossip("s1", Gossip.FAILED);
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
    pool.memory = PoolMemory.EMPTY;
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
    pool.memory = PoolMemory.EMPTY;
    pool.roster = null;
    pool.settle();
    pool.roster = list;
    pool.settle();
    assertEquals(Set.of("s1", "s2"), pool.memory.known().keySet());
    pool.answering.remove(at(12));
    pool.gossip("s2", Gossip.FAILED);
    pool.settle();
    assertEquals(SlotState.PARKED, pool.state("s2"));
  }

  @Test
  void doesNotTakeAStrangersAddressForAName() {
    pool.join("s1", 11);
    pool.settle();
    pool.memory = PoolMemory.EMPTY;
    pool.roster = Roster.EMPTY;
    pool.settle();
    assertEquals(List.of(), pool.memory.remembered(ModelPool.POLICY));
  }
}
