package io.rollcall.core.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.model.Announcement;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.SlotState;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Anybody in the cluster can announce in the name of all members that they leave. */
class ClaimedDrainsTest {
  private static ModelPool pool(int members) {
    var pool = new ModelPool(members);
    for (int i = 1; i <= members; i++) {
      pool.join("m" + i, i);
    }
    pool.settle();
    assertEquals(members, pool.serving().size());
    return pool;
  }

  private static void everyMemberIsSaidToLeave(ModelPool pool, int members) {
    for (int i = 1; i <= members; i++) {
      pool.says(Announcement.AnnouncementType.DRAIN, "m" + i, "m" + i + "-1", "8000");
    }
  }

  @Test
  void takesOutAQuarterOfThePoolAtOnce() {
    ModelPool pool = pool(8);
    everyMemberIsSaidToLeave(pool, 8);
    pool.wait(Duration.ofSeconds(1));
    assertEquals(6, pool.serving().size());
    pool.wait(Duration.ofSeconds(1));
    assertEquals(Set.of("m3", "m4", "m5", "m6", "m7", "m8"), pool.serving(), "the oldest, always");
    pool.claims = pool.claims.pruned(pool.roster, pool.now.plusSeconds(5)).announcements();
    pool.wait(Duration.ofSeconds(5));
    everyMemberIsSaidToLeave(pool, 8);
    pool.wait(Duration.ofSeconds(1));
    assertEquals(8, pool.serving().size(), "not a second time");
  }

  @Test
  void takesOutOneOfTwoAndNotTheLast() {
    ModelPool two = pool(2);
    everyMemberIsSaidToLeave(two, 2);
    two.wait(Duration.ofSeconds(1));
    assertEquals(Set.of("m2"), two.serving());

    ModelPool one = pool(1);
    everyMemberIsSaidToLeave(one, 1);
    one.wait(Duration.ofSeconds(1));
    assertEquals(Set.of("m1"), one.serving());
    one.join("m1", 1, "state", "draining");
    one.wait(Duration.ofSeconds(1));
    assertEquals(Set.of(), one.serving(), "the list says the same");
  }

  /** An older one counts later: its member was not there. The first must not come back for it. */
  @Test
  void oneThatIsFollowedStaysSo() {
    ModelPool pool = pool(2);
    pool.gossip("m1", MemberStatus.FAILED);
    pool.pass();
    pool.says(Announcement.AnnouncementType.DRAIN, "m1", "m1-1", "8000");
    pool.says(Announcement.AnnouncementType.DRAIN, "m2", "m2-1", "8000");
    pool.pass();
    assertEquals(SlotState.DRAINING, pool.state("m2"));

    pool.gossip("m1", MemberStatus.ALIVE);
    pool.pass();

    assertEquals(SlotState.DRAINING, pool.state("m2"));
    assertEquals(SlotState.SERVING, pool.state("m1"));
  }

  @Test
  void countsThoseThatFailed() {
    ModelPool pool = pool(4);
    for (int i = 1; i <= 2; i++) {
      pool.answering.remove(ModelPool.at(i));
      pool.gossip("m" + i, MemberStatus.FAILED);
      pool.settle();
    }
    everyMemberIsSaidToLeave(pool, 4);
    pool.wait(Duration.ofSeconds(1));
    assertEquals(Set.of("m3", "m4"), pool.serving(), "half of the pool stays");
  }

  @Test
  void aClaimDoesNotLowerWhatTheHoldKeeps() {
    ModelPool pool = pool(4);
    everyMemberIsSaidToLeave(pool, 1);
    pool.wait(Duration.ofSeconds(1));
    assertEquals(SlotState.DRAINING, pool.state("m1"));
    assertEquals(Set.of("m1", "m2", "m3", "m4"), pool.memory.known().keySet());
  }

  @Test
  void believesSignedOnesAsFarAsTheHoldAllows() {
    ModelPool pool = pool(8);
    for (int i = 1; i <= 8; i++) {
      var incarnation = new Announcement.Incarnation("m" + i, "m" + i + "-1");
      var signed =
          new Announcement(
              Announcement.AnnouncementType.DRAIN, Duration.ofSeconds(8), pool.now, false, true);
      pool.claims = pool.claims.received(incarnation, signed, pool.roster).announcements();
    }
    pool.wait(Duration.ofSeconds(1));
    assertEquals(4, pool.serving().size());
  }
}
