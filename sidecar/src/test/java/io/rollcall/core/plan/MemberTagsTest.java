package io.rollcall.core.plan;

import static io.rollcall.core.plan.ModelPool.at;
import static io.rollcall.core.plan.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.ServerSpec;
import io.rollcall.core.status.PoolStatusBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a member offers in tags that make no sense. */
class MemberTagsTest {
  private final ModelPool pool = new ModelPool(4);

  private void join(String... names) {
    for (String name : names) {
      pool.join(name, 10 + name.charAt(1) - '0');
    }
    pool.settle();
  }

  private List<String> told(EventKind kind) {
    return pool.notes.stream().filter(n -> n.kind() == kind).map(Event::text).toList();
  }

  private ServerSpec service(String name) {
    return pool.memory.occupants().get(pool.slotOf(name)).service();
  }

  @Test
  void keepsTheLastGoodValueOfABadTagAndTakesOverTheOthers() {
    pool.join("s1", 11, "weight", "30", "maxconn", "5");
    pool.settle();
    pool.gossip("s1", 11, MemberStatus.ALIVE, "weight", "heavy", "maxconn", "7");
    pool.settle();
    assertEquals(new ServerSpec(at(11), "s1-1", 30, 7), service("s1"));
    assertEquals(Set.of("s1"), pool.serving());
    assertEquals(30, pool.slots.get(slot(1)).weight());
  }

  @Test
  void keepsThePortOfAMemberWhosePortMakesNoSense() {
    join("s1");
    pool.gossip("s1", 11, MemberStatus.ALIVE, "port", "99999", "weight", "50");
    pool.settle();
    assertEquals(new ServerSpec(at(11), "s1-1", 50, null), service("s1"));
    assertEquals(Set.of("s1"), pool.serving());
  }

  @Test
  void tellsOfABadTagOnceForEachChange() {
    join("s1");
    pool.gossip("s1", 11, MemberStatus.ALIVE, "weight", "heavy");
    pool.settle();
    pool.wait(Duration.ofMinutes(1));
    String line = "tag weight: expected a whole number from 0 to 256, got \"heavy\"";
    assertEquals(List.of(line + "; the previous value is kept"), told(EventKind.REFUSED));
    assertTrue(PoolStatusBuilder.of(pool.view()).members().getFirst().why().endsWith(line));
    pool.gossip("s1", 11, MemberStatus.ALIVE, "weight", "257");
    pool.settle();
    assertEquals(2, told(EventKind.REFUSED).size());
    pool.gossip("s1", 11, MemberStatus.ALIVE);
    pool.settle();
    assertEquals(2, told(EventKind.REFUSED).size());
    assertEquals("check passed", PoolStatusBuilder.of(pool.view()).members().getFirst().why());
  }

  @Test
  void takesAStateThatNobodyKnowsForNoWordAtAll() {
    join("s1");
    pool.gossip("s1", 11, MemberStatus.ALIVE, "state", "drain");
    pool.join("s2", 12, "state", "up");
    pool.settle();
    String line = "tag state: expected starting, ready or draining, got ";
    assertEquals(
        List.of(line + "\"drain\"; the previous value is kept", line + "\"up\""),
        told(EventKind.REFUSED));
    assertEquals(Set.of("s1"), pool.serving());
    var ready = new OperatorAction.SetState("nodes", "s2", Intent.Action.READY);
    pool.memory = pool.memory.withAction(ready, pool.now);
    pool.settle();
    assertEquals(Set.of("s1", "s2"), pool.serving());
  }

  @Test
  void givesNoSlotToAMemberWhoseTagsNeverMadeSense() {
    pool.join("s1", 11, "maxconn", "-1", "weight", "x");
    pool.settle();
    assertEquals(Set.of(), pool.serving());
    assertTrue(pool.memory.waiting().get("s1").refused());
  }

  @Test
  void remembersWhatAMemberOfferedSoThatNothingIsToBeDone() {
    pool.join("s1", 11, "weight", "30", "maxconn", "5");
    pool.settle();
    pool.roster = Roster.of(pool.memory.remembered(ModelPool.POLICY));
    pool.applied.clear();
    pool.settle();
    assertEquals(List.of(), pool.applied);
    assertEquals(Set.of("s1"), pool.serving());
  }
}
