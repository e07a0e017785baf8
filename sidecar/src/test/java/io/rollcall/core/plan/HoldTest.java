package io.rollcall.core.plan;

import static io.rollcall.core.plan.ModelPool.at;
import static io.rollcall.core.plan.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.SlotState;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The hold: cases found by {@link SimulationTest}, each with the least that makes it happen. */
class HoldTest {
  private final ModelPool pool = new ModelPool(4);

  private void join(String... names) {
    for (String name : names) {
      pool.join(name, 10 + name.charAt(1) - '0');
    }
    pool.settle();
  }

  private void dies(String... names) {
    for (String name : names) {
      pool.answering.remove(new Endpoint(pool.member(name).ip(), 3000));
      pool.gossip(name, MemberStatus.FAILED);
    }
    pool.settle();
  }

  /** From the first slot, which is parked in the end, to a new one where it is suspect. */
  private void movesAndFails(String name, int host) {
    pool.running(slot(1), 1);
    pool.join(name, host);
    pool.settle();
    pool.gossip(name, MemberStatus.FAILED);
    pool.settle();
    pool.wait(Duration.ofSeconds(30));
    pool.running(slot(1), 0);
    assertEquals(SlotState.PARKED, pool.memory.occupants().get(slot(1)).state());
  }

  @Test
  void doesNotCountOnAMemberThatIsTakenOutInTheSamePlan() {
    join("s1", "s2");
    pool.gossip("s1", MemberStatus.FAILED);
    pool.settle();
    pool.now = pool.now.plusSeconds(60);
    pool.set(slot(2), at(99));
    pool.answering.add(at(99));
    pool.pass();
    assertTrue(pool.slots.get(slot(1)).serving());
  }

  @Test
  void doesNotCountOnAMemberThatSaysItIsStarting() {
    join("s1", "s2");
    pool.gossip("s1", MemberStatus.FAILED);
    pool.settle();
    pool.now = pool.now.plusSeconds(60);
    pool.gossip("s2", 12, MemberStatus.ALIVE, "state", "starting");
    pool.pass();
    assertTrue(pool.slots.get(slot(1)).serving());
  }

  @Test
  void countsOnADrainThatIsTakenBackOnlyOnceItIs() {
    join("s1", "s2");
    pool.gossip("s1", MemberStatus.FAILED);
    pool.gossip("s2", MemberStatus.FAILED);
    pool.settle();
    pool.running(slot(1), 1);
    pool.wait(Duration.ofSeconds(60));
    assertEquals(SlotState.DRAINING, pool.state("s1"));
    pool.gossip("s1", MemberStatus.ALIVE);
    pool.pass();
    assertTrue(pool.slots.get(slot(2)).serving());
  }

  @Test
  void doesNotCountOnAMemberThatMovesInTheSamePlan() {
    join("s1", "s2");
    pool.gossip("s1", MemberStatus.FAILED);
    pool.settle();
    pool.now = pool.now.plusSeconds(60);
    pool.join("s2", 22);
    pool.pass();
    assertTrue(pool.slots.get(slot(1)).serving());
  }

  @Test
  void doesNotLetAMembersOldSlotRemoveItFromItsNewOne() {
    join("s1");
    movesAndFails("s1", 21);
    pool.wait(Duration.ofMinutes(5));
    assertEquals(1, pool.serving().size(), "the last one stays");
  }

  @Test
  void saysThatAReleaseKeepsTheLastMember() {
    join("s1");
    pool.gossip("s1", MemberStatus.FAILED);
    pool.settle();
    pool.wait(Duration.ofMinutes(2));
    assertEquals(Set.of("s1"), pool.memory.held());
    assertTrue(
        pool.notes.stream()
            .anyMatch(note -> note.text().endsWith("one stays, also after a release")));
  }

  @Test
  void countsWhoCameJustBeforeTheFirstFailure() {
    join("s1");
    pool.join("s2", 12);
    pool.pass();
    pool.pass();
    pool.pass();
    pool.pass();
    assertEquals(SlotState.SERVING, pool.state("s2"));
    pool.gossip("s1", MemberStatus.FAILED);
    pool.settle();
    assertEquals(Set.of("s1", "s2"), pool.memory.known().keySet());
  }

  @Test
  void letsTheDeadGoWhoseSlotALivingMemberNeeds() {
    join("s1", "s2", "s3", "s4");
    dies("s2", "s3", "s4");
    assertFalse(pool.memory.held().isEmpty(), "one of four is too few");
    join("s5");
    assertEquals(Set.of("s1", "s5"), pool.serving());
  }

  @Test
  void releasesAHoldAlsoWhereOthersAreGoneAlready() {
    join("s1", "s2", "s3", "s4");
    dies("s2");
    dies("s3");
    dies("s4");
    pool.roster = pool.known().without("s2").without("s3");
    pool.settle();
    assertEquals(Set.of("s4"), pool.memory.held());
    pool.memory = pool.memory.withAction(new OperatorAction.ReleaseHold("nodes"), pool.now);
    pool.settle();
    assertTrue(pool.memory.held().isEmpty());
  }

  @Test
  void staysReleasedWhileNoMemberListIsRead() {
    join("s1", "s2", "s3");
    dies("s1", "s2");
    Roster list = pool.known();
    assertFalse(pool.memory.held().isEmpty());
    pool.memory = pool.memory.withAction(new OperatorAction.ReleaseHold("nodes"), pool.now);
    PoolState before = pool.memory;
    pool.roster = null;
    pool.settle();
    assertEquals(before, pool.memory);
    pool.roster = list;
    pool.settle();
    assertEquals(Set.of("s3"), pool.serving());
    assertTrue(pool.memory.held().isEmpty());
  }

  @Test
  void staysReleasedWhileOnlyLinesAreHeard() {
    join("s1", "s2", "s3");
    dies("s1", "s2");
    Roster list = pool.known();
    pool.memory = pool.memory.withAction(new OperatorAction.ReleaseHold("nodes"), pool.now);
    pool.roster = Roster.UNREAD;
    pool.gossip("s3", 13, MemberStatus.ALIVE);
    pool.settle();
    pool.roster = list;
    pool.settle();
    assertEquals(Set.of("s3"), pool.serving());
    assertTrue(pool.memory.held().isEmpty());
  }

  @Test
  void countsAStrangerAndItsNameOnce() {
    join("s1", "s2");
    Roster whole = pool.known();
    pool.memory = PoolState.EMPTY;
    pool.roster = Roster.EMPTY;
    pool.settle();
    pool.roster = whole;
    pool.settle();
    assertEquals(Set.of("s1", "s2"), pool.memory.known().keySet());
  }

  @Test
  void callsASuspectServingOnceItsAgentIsBackWhateverItsTagsSay() {
    join("s1", "s2");
    pool.gossip("s1", MemberStatus.FAILED);
    pool.settle();
    pool.gossip("s1", 11, MemberStatus.ALIVE, "weight", "heavy");
    pool.settle();
    assertEquals(SlotState.SERVING, pool.state("s1"));
  }
}
