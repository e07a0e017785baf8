package io.rollcall.core.control;

import static io.rollcall.core.plan.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.model.Announcement;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.plan.ModelPool;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The run s1-1 of s1 serves two requests. */
class DrainQueryTest {
  private static final String BUSY = "draining 0 2";

  private final ModelPool pool = new ModelPool(2);

  @BeforeEach
  void serve() {
    pool.join("s1", 11);
    pool.settle();
    pool.running(slot(1), 2);
  }

  private String answer(String payload) {
    return DrainQuery.answer(payload, List.of(pool.view()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"s1\ts1-1", "s1\ts1-1\n", "s1\t", "s1"})
  void tellsWhatIsUnderWay(String payload) {
    assertEquals(BUSY, answer(payload));
  }

  @ParameterizedTest
  @ValueSource(strings = {"s2\ts1-1", "", "\ts1-1"})
  void callsAMemberDrainedThatHasNoSlot(String payload) {
    assertEquals("drained", answer(payload));
  }

  @Test
  void callsARunDrainedWhoseSlotIsThatOfAnother() {
    assertEquals("drained", answer("s1\ts1-0"));
  }

  @Test
  void waitsForTheSlotOfARunThatTheListTellsOfAndNoPassHasSeenYet() {
    pool.gossip("s1", 11, MemberStatus.ALIVE, "boot", "s1-2");
    assertEquals(BUSY, answer("s1\ts1-2"));
  }

  @Test
  void waitsForTheListToTellOfARunThatSaidItIsLeaving() {
    pool.says(Announcement.AnnouncementType.DRAIN, "s1", "s1-2", "8000");
    assertEquals(BUSY, answer("s1\ts1-2"));
  }

  @Test
  void callsNobodyDrainedOfAnotherRunBeforeTheListWasRead() {
    pool.roster = null;
    assertEquals(BUSY, answer("s1\ts1-0"));
  }
}
