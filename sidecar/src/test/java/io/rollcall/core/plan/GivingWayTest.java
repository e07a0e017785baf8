package io.rollcall.core.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.SlotState;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** More members than slots, of which only some work. */
class GivingWayTest {
  private final ModelPool pool = new ModelPool(4);

  /** 60 backends of a broken release, and four good ones that come after them. */
  @Test
  void servesTheGoodOnesOfABrokenRelease() {
    broken(60);
    pool.settle();
    for (int host = 101; host <= 104; host++) {
      pool.join("good" + host, host);
    }
    var good = Set.of("good101", "good102", "good103", "good104");
    var all = new HashSet<String>();
    for (int second = 0; second < 90 && all.size() < 4; second += 5) {
      pool.wait(Duration.ofSeconds(5));
      all.addAll(pool.serving());
    }
    assertEquals(good, pool.serving());
    pool.wait(Duration.ofMinutes(10));
    assertEquals(good, pool.serving());
  }

  @Test
  void givesEachItsTurn() {
    broken(12);
    pool.settle();
    var seated = new HashSet<String>();
    for (int second = 0; second < 90; second += 5) {
      pool.memory.occupants().values().forEach(o -> seated.add(o.member()));
      pool.wait(Duration.ofSeconds(5));
    }
    assertEquals(12, seated.size(), seated.toString());
  }

  /** It gets another turn, but not before the others had theirs. */
  @Test
  void letsOneThatGaveWayTryAgain() {
    var one = new ModelPool(1);
    one.gossip("s1", 11, MemberStatus.ALIVE);
    one.settle();
    one.gossip("s2", 12, MemberStatus.ALIVE);
    one.settle();
    one.wait(Duration.ofSeconds(61));
    assertEquals(SlotState.JOINING, one.state("s2"));
    assertEquals(GivingWay.REASON, one.memory.waiting().get("s1").why());
    one.answering.add(ModelPool.at(11));
    one.wait(Duration.ofSeconds(30));
    assertEquals(SlotState.JOINING, one.state("s2"));
    one.wait(Duration.ofSeconds(31));
    one.wait(Duration.ofSeconds(61));
    assertEquals(Set.of("s1"), one.serving());
  }

  /** Those who served are never pushed out, also while their check fails. */
  @Test
  void keepsThoseWhoServedThroughAFlood() {
    for (int host = 101; host <= 104; host++) {
      pool.join("good" + host, host);
    }
    pool.settle();
    pool.answering.remove(ModelPool.at(101));
    for (int host = 1; host <= 100; host++) {
      pool.join("flood" + host, host);
    }
    for (int minute = 0; minute < 10; minute++) {
      pool.wait(Duration.ofMinutes(1));
      assertTrue(
          pool.memory.occupants().values().stream().noneMatch(o -> o.member().startsWith("f")));
    }
    pool.answering.add(ModelPool.at(101));
    pool.settle();
    assertEquals(Set.of("good101", "good102", "good103", "good104"), pool.serving());
  }

  /** One whose slot others took while it was dead does not wait for a turn to end. */
  @Test
  void makesRoomAtOnceForOneThatServedBefore() {
    pool.join("good", 101);
    pool.join("other", 102);
    pool.settle();
    pool.gossip("good", MemberStatus.FAILED);
    pool.answering.remove(ModelPool.at(101));
    broken(60);
    pool.settle();
    assertEquals(SlotState.FREE, pool.state("good"), "its slot was taken");
    pool.join("good", 101, "boot", "good-2");
    pool.settle();
    assertEquals(Set.of("good", "other"), pool.serving());
  }

  private void broken(int members) {
    for (int host = 1; host <= members; host++) {
      pool.gossip("broken" + host, host, MemberStatus.ALIVE);
    }
  }
}
