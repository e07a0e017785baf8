package io.rollcall.core.plan;

import static io.rollcall.core.plan.ModelPool.at;
import static io.rollcall.core.plan.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Announcement;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A member on its way out, and back. */
class LeavingTest {
  private final ModelPool pool = new ModelPool(4);

  @Test
  void drainsUntilRequestsAndSessionsAreGoneThenParks() {
    pool.join("s1", 11);
    pool.join("s2", 12);
    pool.settle();
    pool.running(slot(1), 1);
    pool.sticky.put(slot(1), new PlannerInput.TrackedSessions(1, pool.now));
    pool.join("s1", 11, "state", "draining");
    pool.settle();
    assertEquals(SlotState.DRAINING, pool.state("s1"));
    pool.running(slot(1), 0);
    pool.settle();
    assertEquals(SlotState.DRAINING, pool.state("s1"), "a session was seen just now");
    pool.wait(Duration.ofSeconds(5));
    assertEquals(SlotState.PARKED, pool.state("s1"));
    assertEquals(Slot.Admin.MAINT, pool.slots.get(slot(1)).admin());
    assertEquals(Set.of("s2"), pool.serving());
  }

  @Test
  void endsADrainAtItsDeadlineAndSaysWhatWasLeft() {
    pool.join("s1", 11);
    pool.settle();
    pool.running(slot(1), 2);
    pool.gossip("s1", MemberStatus.LEFT);
    pool.settle();
    pool.wait(Duration.ofSeconds(29));
    assertEquals(SlotState.DRAINING, pool.state("s1"));
    pool.wait(Duration.ofSeconds(1));
    assertEquals(SlotState.PARKED, pool.state("s1"));
    assertEquals(
        "drain deadline reached with 2 requests and ? sessions left",
        pool.memory.occupants().get(slot(1)).why());
  }

  @Test
  void actsAtOnceOnTheBackendsOwnWordAndTakesItBackUnlessTheListAgrees() {
    pool.join("s1", 11);
    pool.settle();
    pool.join("s2", 12);
    pool.settle();
    pool.running(slot(1), 1);
    pool.says(Announcement.AnnouncementType.DRAIN, "s1", "s1-1", "8000");
    pool.settle();
    assertEquals(SlotState.DRAINING, pool.state("s1"));
    assertEquals(
        pool.now.plusSeconds(6), pool.memory.occupants().get(slot(1)).deadline(), "8 s less 2");
    pool.wait(Duration.ofSeconds(5));
    assertEquals(SlotState.SERVING, pool.state("s1"));
  }

  @Test
  void takesAWordOfReadinessBackUnlessTheListAgrees() {
    pool.join("s1", 11, "state", "starting");
    pool.says(Announcement.AnnouncementType.READY, "s1", "s1-1");
    pool.settle();
    assertEquals(Set.of("s1"), pool.serving());
    pool.wait(Announcement.PROVISIONAL);
    assertEquals(SlotState.DRAINING, pool.state("s1"));
    assertEquals(List.of(slot(1)), List.copyOf(pool.memory.occupants().keySet()));
  }

  @Test
  void ignoresAWordOfAnotherBoot() {
    pool.join("s1", 11);
    pool.settle();
    pool.says(Announcement.AnnouncementType.DRAIN, "s1", "old", "8000");
    pool.settle();
    assertEquals(Set.of("s1"), pool.serving());
  }

  @Test
  void givesAReturningMemberItsSlotBackWithItsSessions() {
    pool.join("s1", 11);
    pool.join("s2", 12);
    pool.settle();
    pool.sticky.put(slot(2), new PlannerInput.TrackedSessions(0, null));
    pool.gossip("s2", MemberStatus.LEFT);
    pool.settle();
    assertEquals(SlotState.PARKED, pool.state("s2"));
    pool.applied.clear();
    pool.gossip("s2", MemberStatus.ALIVE);
    pool.settle();
    assertEquals(List.of(new Step.Join(slot(2))), pool.applied);
  }

  @Test
  void clearsTheSessionsOfAReturningMemberWithANewBoot() {
    pool.join("s1", 11);
    pool.settle();
    pool.sticky.put(slot(1), new PlannerInput.TrackedSessions(0, null));
    pool.gossip("s1", MemberStatus.LEFT);
    pool.settle();
    pool.applied.clear();
    pool.join("s1", 11, "boot", "second");
    pool.settle();
    assertTrue(pool.applied.contains(new Step.ClearSessions(slot(1), 1)));
    assertEquals(slot(1), pool.slotOf("s1"));
  }

  @Test
  void drainsTheOldAddressOfAMemberThatMovedAndSeatsTheNewOne() {
    pool.join("s1", 11);
    pool.settle();
    pool.running(slot(1), 1);
    pool.join("s1", 21);
    pool.settle();
    assertEquals(SlotState.DRAINING, pool.memory.occupants().get(slot(1)).state());
    assertEquals(at(21), pool.slots.get(slot(2)).endpoint());
    assertTrue(pool.slots.get(slot(2)).serving());
  }

  @Test
  void forgetsAParkedMemberThatIsReapedAndOneAfterAnHour() {
    pool.join("s1", 11);
    pool.join("s2", 12);
    pool.settle();
    for (int i = 1; i <= 2; i++) {
      pool.sticky.put(slot(i), new PlannerInput.TrackedSessions(0, null));
      pool.gossip("s" + i, MemberStatus.LEFT);
    }
    pool.settle();
    pool.roster = pool.known().without("s1");
    pool.settle();
    assertEquals(SlotState.FREE, pool.state("s1"));
    assertEquals(SlotState.PARKED, pool.state("s2"));
    pool.wait(Duration.ofHours(1));
    assertEquals(SlotState.FREE, pool.state("s2"));
  }
}
