package io.rollcall.core.plan;

import static io.rollcall.core.plan.ModelPool.at;
import static io.rollcall.core.plan.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.ServerReport;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A member on its way into rotation. */
class JoiningTest {
  private final ModelPool pool = new ModelPool(4);

  @Test
  void programsReadsBackAndOnlyThenJoinsBehindTheCheck() {
    pool.join("s1", 11, "weight", "30");
    assertEquals(
        List.of(
            new Step.ClearSessions(slot(1), 1),
            new Step.SetWeight(slot(1), 30),
            new Step.SetAddress(slot(1), at(11))),
        pool.pass().steps());
    assertEquals(List.of(new Step.Join(slot(1))), pool.pass().steps());
    pool.settle();
    assertEquals(Set.of("s1"), pool.serving());
  }

  @Test
  void waitsForTheCheckOfAnApplicationThatDoesNotAnswerYet() {
    pool.gossip("s1", 11, MemberStatus.ALIVE);
    pool.settle();
    assertEquals(SlotState.JOINING, pool.state("s1"));
    pool.answering.add(at(11));
    pool.settle();
    assertEquals(SlotState.SERVING, pool.state("s1"));
  }

  @Test
  void isUpAtOnceWhereItsApplicationWasSeenToAnswer() {
    pool.gossip("s1", 11, MemberStatus.ALIVE);
    pool.gossip("s2", 12, MemberStatus.ALIVE);
    pool.seenToAnswer.add(at(11));
    pool.pass();
    assertEquals(
        List.of(new Step.Join(slot(1)), new Step.HealthUp(slot(1)), new Step.Join(slot(2))),
        pool.pass().steps());
  }

  @Test
  void staysInMaintenanceWhileItsApplicationIsAskedAndDoesNotAnswer() {
    pool.gossip("s1", 11, MemberStatus.ALIVE);
    pool.awaited.add(at(11));
    pool.settle();
    assertEquals(SlotState.PREPARED, pool.state("s1"));
    assertFalse(pool.pass().outcome(Map.of()).moving());
    pool.awaited.clear();
    assertEquals(List.of(new Step.Join(slot(1))), pool.pass().steps());
  }

  @Test
  void isUpOnceItsApplicationAnswersWhileItsCheckWaits() {
    pool.gossip("s1", 11, MemberStatus.ALIVE);
    pool.settle();
    assertEquals(SlotState.JOINING, pool.state("s1"));
    pool.seenToAnswer.add(at(11));
    assertEquals(List.of(new Step.HealthUp(slot(1))), pool.pass().steps());
    assertEquals(List.of(), pool.pass().steps(), "from then on the check decides alone");
  }

  @Test
  void leavesAMemberToACheckThatRefusesIt() {
    pool.gossip("s1", 11, MemberStatus.ALIVE);
    pool.settle();
    pool.seenToAnswer.add(at(11));
    var refused = new ServerReport.CheckResult("L7STS", 404, "Not Found");
    pool.report(
        new ServerReport("DOWN", 0, 0, 6, 0, refused, ServerReport.CheckResult.NONE, false, null));
    assertEquals(List.of(), pool.pass().steps());
  }

  @Test
  void takesAThousandAtOnceInThreePasses() {
    var many = new ModelPool(1000);
    for (int i = 0; i < 1000; i++) {
      String name = "m" + i;
      var address = Endpoint.of("10.1.%d.%d".formatted(i / 250, i % 250), 3000);
      many.roster =
          many.known()
              .with(
                  new Member(
                      name,
                      address.ip(),
                      MemberStatus.ALIVE,
                      Map.of("role", "backend", "boot", "1")));
      many.answering.add(address);
    }
    assertEquals(2000, many.pass().steps().size(), "all are programmed");
    assertEquals(1000, many.pass().steps().size(), "all join");
    many.pass();
    assertEquals(1000, many.serving().size());
  }

  @Test
  void doesNotTouchASlotWhileItsOldRequestsRun() {
    pool.slots.keySet().retainAll(Set.of(slot(1)));
    pool.running(slot(1), 3);
    pool.join("s1", 11);
    pool.pass();
    assertEquals(List.of(), pool.pass().steps());
    pool.running(slot(1), 0);
    pool.settle();
    assertEquals(Set.of("s1"), pool.serving());
  }

  @Test
  void leavesMembersOfAnotherRoleAlone() {
    pool.join("ha", 2, "role", "balancer");
    pool.settle();
    assertEquals(List.of(), pool.applied);
    assertTrue(pool.memory.waiting().isEmpty());
  }

  @Test
  void keepsAMemberWaitingThatSaysItIsStarting() {
    pool.join("s1", 11, "state", "starting");
    pool.settle();
    assertEquals("application is starting", pool.memory.waiting().get("s1").why());
    pool.join("s1", 11, "state", "ready");
    pool.settle();
    assertEquals(Set.of("s1"), pool.serving());
  }

  @Test
  void refusesATagThatMakesNoSenseAndSaysWhy() {
    pool.join("s1", 11, "port", "99999");
    pool.settle();
    assertEquals(
        "tag port: expected a whole number from 1 to 65535, got \"99999\"",
        pool.memory.waiting().get("s1").why());
    assertTrue(pool.memory.waiting().get("s1").refused());
  }

  @Test
  void takesPortWeightAndMaxconnFromTheTags() {
    pool.gossip("s1", 11, MemberStatus.ALIVE, "port", "4000", "weight", "7", "maxconn", "9");
    pool.answering.add(Endpoint.of("10.0.0.11", 4000));
    pool.settle();
    Slot slot = pool.slots.get(slot(1));
    assertEquals(Endpoint.of("10.0.0.11", 4000), slot.endpoint());
    assertEquals(7, slot.weight());
    assertEquals(ModelPool.load(0, 9), slot.load());
  }

  @Test
  void keepsTheSecondOfTwoMembersWithOneAddressWaiting() {
    pool.join("s1", 11);
    pool.settle();
    pool.join("twin", 11, "boot", "older");
    pool.settle();
    assertEquals("address 10.0.0.11:3000 is in use by s1", pool.memory.waiting().get("twin").why());
  }

  @Test
  void letsTheFifthOfFourSlotsWaitAndSeatsItWhenOneIsParked() {
    for (int i = 1; i <= 5; i++) {
      pool.join("s" + i, 10 + i);
    }
    pool.settle();
    assertEquals("no free slot: all 4 are in use", pool.memory.waiting().get("s5").why());
    pool.gossip("s2", MemberStatus.LEFT);
    pool.settle();
    pool.wait(Duration.ofSeconds(31));
    assertEquals(slot(2), pool.slotOf("s5"));
    assertEquals(SlotState.FREE, pool.state("s2"));
  }
}
