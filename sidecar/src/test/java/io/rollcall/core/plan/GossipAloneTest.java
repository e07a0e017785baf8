package io.rollcall.core.plan;

import static io.rollcall.core.plan.ModelPool.at;
import static io.rollcall.core.plan.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotState;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Gossip has lost members whose applications answer: whatever else happens, they serve. */
class GossipAloneTest {
  private final ModelPool pool = new ModelPool(4);

  private void join(String... names) {
    for (String name : names) {
      pool.join(name, 10 + name.charAt(1) - '0');
    }
    pool.settle();
  }

  private void lost(String... names) {
    for (String name : names) {
      pool.gossip(name, MemberStatus.FAILED);
    }
    pool.settle();
  }

  private void haproxyForgets() {
    pool.slots.replaceAll((id, s) ->
        new Slot(id, s.serverId(), null, Slot.Admin.MAINT, false, 100, "", ModelPool.load(0, 0)));
    pool.restarted = true;
  }

  @Test
  void bringsAllBackWhereHaproxyRestartsMeanwhile() {
    join("s1", "s2", "s3");
    pool.wait(Duration.ofHours(2));
    lost("s1", "s2", "s3");
    haproxyForgets();
    pool.settle();
    assertEquals(Set.of("s1", "s2", "s3"), pool.serving());
    assertEquals(SlotState.SUSPECT, pool.state("s1"));
  }

  @Test
  void bringsAllBackWhereTheListIsEmptyAfterAllRestarted() {
    join("s1", "s2", "s3");
    pool.wait(Duration.ofHours(2));
    haproxyForgets();
    pool.roster = Roster.EMPTY;
    pool.settle();
    assertEquals(Set.of("s1", "s2", "s3"), pool.serving());
  }

  @Test
  void bringsTheLastOneBackWhoseAddressWasChanged() {
    join("s1");
    lost("s1");
    pool.set(slot(1), at(99));
    pool.settle();
    assertEquals(Set.of("s1"), pool.serving());
  }

  @Test
  void waitsNoLongerThanForASuspectWhereTheCheckGoesOnFailing() {
    join("s1");
    lost("s1");
    pool.answering.clear();
    haproxyForgets();
    pool.settle();
    assertEquals(SlotState.JOINING, pool.state("s1"));
    pool.wait(ModelPool.POLICY.suspectTimeout());
    assertEquals(SlotState.PARKED, pool.state("s1"));
  }

  @Test
  void keepsOutWhoNeverServed() {
    pool.gossip("s1", 11, MemberStatus.ALIVE);
    pool.settle();
    lost("s1");
    assertEquals(SlotState.PARKED, pool.state("s1"));
  }
}
