package io.rollcall.core.plan;

import static io.rollcall.core.plan.ModelPool.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.SlotState;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A member that gossip has lost. */
class FailingTest {
  private final ModelPool pool = new ModelPool(4);

  @Test
  void keepsAFailedMemberInRotationWhileItsCheckPasses() {
    pool.join("s1", 11);
    pool.join("s2", 12);
    pool.settle();
    pool.gossip("s1", MemberStatus.FAILED);
    pool.settle();
    assertEquals(SlotState.SUSPECT, pool.state("s1"));
    assertEquals(Set.of("s1", "s2"), pool.serving());
    pool.gossip("s1", MemberStatus.ALIVE);
    pool.settle();
    assertEquals(SlotState.SERVING, pool.state("s1"));
  }

  @Test
  void takesAFailedMemberOutWhenItsCheckFailsToo() {
    pool.join("s1", 11);
    pool.join("s2", 12);
    pool.settle();
    pool.answering.remove(at(2 + 10));
    pool.gossip("s2", MemberStatus.FAILED);
    pool.settle();
    assertEquals(SlotState.PARKED, pool.state("s2"));
    assertEquals(Set.of("s1"), pool.serving());
    String why =
        pool.memory.occupants().values().stream()
            .filter(o -> o.member().equals("s2"))
            .map(Occupant::why)
            .findFirst()
            .orElse("");
    assertTrue(why.startsWith("failed in gossip, check "), why);
  }

  @Test
  void drainsASuspectWhenItsTimeIsOver() {
    pool.join("s1", 11);
    pool.join("s2", 12);
    pool.settle();
    pool.gossip("s1", MemberStatus.FAILED);
    pool.settle();
    pool.wait(Duration.ofSeconds(59));
    assertEquals(Set.of("s1", "s2"), pool.serving());
    pool.wait(Duration.ofSeconds(1));
    assertEquals(SlotState.DRAINING, pool.state("s1"));
  }

  @Test
  void holdsRemovalsThatWouldLeaveTooFewAlsoOneByOne() {
    for (int i = 1; i <= 4; i++) {
      pool.join("s" + i, 10 + i);
    }
    pool.settle();
    for (int i = 1; i <= 4; i++) {
      pool.gossip("s" + i, MemberStatus.FAILED);
      pool.settle();
      pool.wait(Duration.ofSeconds(60));
    }
    assertEquals(2, pool.memory.held().size(), "four fail, two may go");
    assertTrue(pool.serving().containsAll(pool.memory.held()));
    for (int i = 1; i <= 4; i++) {
      pool.gossip("s" + i, MemberStatus.ALIVE);
    }
    pool.settle();
    assertTrue(pool.memory.held().isEmpty());
    assertEquals(Set.of("s1", "s2", "s3", "s4"), pool.serving());
  }

  @Test
  void letsGoWhomAnOperatorReleasesButNeverTheLast() {
    for (int i = 1; i <= 4; i++) {
      pool.join("s" + i, 10 + i);
    }
    pool.settle();
    for (int i = 1; i <= 4; i++) {
      pool.gossip("s" + i, MemberStatus.FAILED);
    }
    pool.settle();
    pool.wait(Duration.ofSeconds(60));
    assertEquals(2, pool.memory.held().size());
    pool.memory = pool.memory.withAction(new OperatorAction.ReleaseHold("nodes"), pool.now);
    pool.settle();
    assertEquals(1, pool.memory.held().size(), "the last one stays");
    assertTrue(pool.serving().containsAll(pool.memory.held()));
  }

  @Test
  void neverTakesTheLastOneOutByDiscoverysWordAlone() {
    pool.join("s1", 11);
    pool.settle();
    pool.roster = Roster.EMPTY;
    pool.settle();
    pool.wait(Duration.ofMinutes(10));
    assertEquals(Set.of("s1"), pool.serving());
    assertEquals(Set.of("s1"), pool.memory.held());
  }

  @Test
  void changesNothingWhileNoMemberListIsKnown() {
    pool.join("s1", 11);
    pool.settle();
    pool.roster = null;
    pool.applied.clear();
    pool.wait(Duration.ofMinutes(10));
    assertEquals(List.of(), pool.applied);
    assertEquals(Set.of("s1"), pool.serving());
  }
}
