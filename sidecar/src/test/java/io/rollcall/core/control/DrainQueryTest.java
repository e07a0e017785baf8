package io.rollcall.core.control;

import static io.rollcall.core.plan.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.model.Announcement;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.OldWorker;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.plan.ModelPool;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The run s1-1 of s1 serves two requests. */
class DrainQueryTest {
  private static final DrainAnswer BUSY = new DrainAnswer.InUse(0, 2);

  private final ModelPool pool = new ModelPool(2);
  private List<OldWorker> oldWorkers = List.of();
  private Set<SlotId> unread = Set.of();

  @BeforeEach
  void serve() {
    pool.join("s1", 11);
    pool.settle();
    pool.running(slot(1), 2);
  }

  private DrainAnswer answer(String member, String boot) {
    return DrainQuery.answer(
        new Announcement.Incarnation(member, boot), List.of(pool.view()), oldWorkers, unread);
  }

  @Test
  void doesNotKnowWhatTheProcessBeforeAReloadStillServes() {
    oldWorkers = List.of(new OldWorker(7, pool.view().now(), true));
    var unknown = new DrainAnswer.InUse(null, null);
    assertEquals(unknown, answer("s1", "s1-1"));
    pool.running(slot(1), 0);
    pool.gossip("s1", MemberStatus.LEFT);
    pool.settle();
    pool.wait(Duration.ofSeconds(40));
    assertEquals(SlotState.PARKED, pool.state("s1"));
    assertEquals(unknown, answer("s1", "s1-1"));
    oldWorkers = List.of(new OldWorker(8, pool.view().now().plusSeconds(1), true));
    assertEquals(new DrainAnswer.Drained(), answer("s1", "s1-1"));
    oldWorkers = List.of();
    assertEquals(new DrainAnswer.Drained(), answer("s1", "s1-1"));
  }

  @Test
  void waitsForTheReadingAfterTheLastStepBecauseHaproxyStartsWithWhatIsSavedThen() {
    pool.running(slot(1), 0);
    pool.gossip("s1", MemberStatus.LEFT);
    pool.settle();
    pool.wait(Duration.ofSeconds(40));
    assertEquals(SlotState.PARKED, pool.state("s1"));
    unread = Set.of(slot(1));
    assertEquals(new DrainAnswer.InUse(0, 0), answer("s1", "s1-1"));
    unread = Set.of(slot(2));
    assertEquals(new DrainAnswer.Drained(), answer("s1", "s1-1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"s1-1", ""})
  void countsWhatIsUnderWay(String boot) {
    assertEquals(BUSY, answer("s1", boot));
  }

  @ParameterizedTest
  @ValueSource(strings = {"s2", ""})
  void callsAMemberDrainedThatHasNoSlot(String member) {
    assertEquals(new DrainAnswer.Drained(), answer(member, "s1-1"));
  }

  @Test
  void callsARunDrainedWhoseSlotIsThatOfAnother() {
    assertEquals(new DrainAnswer.Drained(), answer("s1", "s1-0"));
  }

  @Test
  void waitsForTheSlotOfARunThatTheListTellsOfAndNoPassHasSeenYet() {
    pool.gossip("s1", 11, MemberStatus.ALIVE, "boot", "s1-2");
    assertEquals(BUSY, answer("s1", "s1-2"));
  }

  @Test
  void waitsForTheListToTellOfARunThatSaidItIsLeaving() {
    pool.says(Announcement.AnnouncementType.DRAIN, "s1", "s1-2", "8000");
    assertEquals(BUSY, answer("s1", "s1-2"));
  }

  @Test
  void callsNobodyDrainedOfAnotherRunBeforeTheListWasRead() {
    pool.roster = null;
    assertEquals(BUSY, answer("s1", "s1-0"));
  }
}
