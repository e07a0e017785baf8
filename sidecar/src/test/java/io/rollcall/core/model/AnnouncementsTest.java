package io.rollcall.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnnouncementsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private static Roster listed(MemberStatus gossip, String boot, String state) {
    return Roster.of(
        List.of(
            new Member(
                "s1",
                InetAddress.ofLiteral("10.0.0.1"),
                gossip,
                Map.of("boot", boot, "state", state))));
  }

  private static Announcements leaving() {
    return received(Announcements.NONE, Announcement.AnnouncementType.DRAIN, "s1\tb1\t8000")
        .announcements();
  }

  private static Announcements ready() {
    return received(Announcements.NONE, Announcement.AnnouncementType.READY, "s1\tb1")
        .announcements();
  }

  private static Announcements.Update received(
      Announcements before, Announcement.AnnouncementType kind, String payload) {
    String[] fields = payload.split("\t", -1);
    return before.received(
        new Announcement.Incarnation(fields[0], fields[1]),
        new Announcement(
            kind,
            fields.length > 2 ? Duration.ofMillis(Long.parseLong(fields[2])) : Duration.ZERO,
            NOW,
            false,
            false),
        listed(MemberStatus.ALIVE, "b1", "ready"));
  }

  @Test
  void keepsAnAnnouncementWithItsDeadline() {
    assertEquals(
        new Announcement(
            Announcement.AnnouncementType.DRAIN, Duration.ofSeconds(8), NOW, false, false),
        leaving().of("s1", "b1"));
  }

  @Test
  void keepsTheAnnouncementOfALaterIncarnation() {
    Announcements both =
        received(leaving(), Announcement.AnnouncementType.READY, "s1\tb0").announcements();
    assertEquals(leaving().of("s1", "b1"), both.of("s1", "b1"));
  }

  @Test
  void areInTheOrderOfTheirArrival() {
    Announcements ready =
        received(Announcements.NONE, Announcement.AnnouncementType.READY, "s1\tb1").announcements();
    Announcements one =
        received(ready, Announcement.AnnouncementType.DRAIN, "s2\tb1\t8000").announcements();
    Announcements both =
        received(one, Announcement.AnnouncementType.DRAIN, "s1\tb1\t8000").announcements();
    Announcements again =
        received(both, Announcement.AnnouncementType.DRAIN, "s2\tb1\t8000").announcements();
    assertEquals(
        List.of("s2", "s1"),
        again.byIncarnation().keySet().stream().map(Announcement.Incarnation::member).toList());
  }

  @Test
  void boundsTheAnnouncementsOfUnlistedIncarnations() {
    Announcements full = Announcements.NONE;
    for (int i = 0; i < Announcements.MOST_UNKNOWN; i++) {
      full =
          received(
                  full,
                  Announcement.AnnouncementType.READY,
                  (i % 2 == 0 ? "s1\tb" : "x\tb") + (i + 2))
              .announcements();
    }
    Announcements.Update more = received(full, Announcement.AnnouncementType.READY, "y\tb");
    assertSame(full, more.announcements());
    assertEquals(EventKind.IGNORED, more.events().getFirst().kind());
    assertNotNull(
        received(full, Announcement.AnnouncementType.DRAIN, "s1\tb1\t8000")
            .announcements()
            .of("s1", "b1"));
    Announcements again =
        received(full, Announcement.AnnouncementType.DRAIN, "s1\tb2\t8000").announcements();
    assertEquals(
        Announcement.AnnouncementType.DRAIN,
        again.of("s1", "b2").kind(),
        "in the place of its own word");
    Announcements later = full.pruned(Roster.EMPTY, NOW.plusSeconds(5)).announcements();
    assertNotNull(
        received(later, Announcement.AnnouncementType.READY, "y\tb").announcements().of("y", "b"));
  }

  @Test
  void waitsForTheListAndThenKeepsTheDeadline() {
    assertTrue(leaving().open(NOW.plusSeconds(4)));
    Announcements agreed =
        leaving().pruned(listed(MemberStatus.ALIVE, "b1", "draining"), NOW).announcements();
    assertFalse(agreed.open(NOW));
    assertEquals(Duration.ofSeconds(8), agreed.of("s1", "b1").deadline());
  }

  @Test
  void recordsThatTheListNeverConfirmed() {
    Roster says = listed(MemberStatus.ALIVE, "b1", "ready");
    assertEquals(leaving(), leaving().pruned(says, NOW.plusSeconds(4)).announcements());
    Announcements.Update after = leaving().pruned(says, NOW.plusSeconds(5));
    assertEquals(Map.of(), after.announcements().byIncarnation());
    assertEquals(EventKind.UNDONE, after.events().getFirst().kind());
  }

  @Test
  void ignoresAnUnlistedIncarnation() {
    for (Roster says : List.of(listed(MemberStatus.ALIVE, "b2", "ready"), Roster.EMPTY)) {
      Announcements.Update after = leaving().pruned(says, NOW.plusSeconds(5));
      assertEquals(
          List.of(
              new Event(
                  EventKind.IGNORED,
                  "s1",
                  null,
                  "announced that it leaves; ignored, because its boot is not in the member list")),
          after.events());
    }
  }

  @Test
  void dropsAConfirmedAnnouncementWhenTheMemberRestarts() {
    Announcements agreed =
        leaving().pruned(listed(MemberStatus.LEFT, "b1", "draining"), NOW).announcements();
    Announcements.Update after =
        agreed.pruned(listed(MemberStatus.ALIVE, "b2", "ready"), NOW.plusSeconds(9));
    assertEquals(new Announcements.Update(Announcements.NONE, List.of()), after);
  }

  @Test
  void dropsConfirmedReadinessWhenItIsOld() {
    Roster agrees = listed(MemberStatus.ALIVE, "b1", "");
    Announcements ready = ready().pruned(agrees, NOW).announcements();
    assertFalse(ready.open(NOW), "the list need not be read again for it");
    assertEquals(ready, ready.pruned(agrees, NOW.plusSeconds(4)).announcements());
    assertEquals(
        new Announcements.Update(Announcements.NONE, List.of()),
        ready.pruned(agrees, NOW.plusSeconds(5)));
  }

  private static Announcements.Update again(Announcements before, int seconds, Roster roster) {
    var announced =
        new Announcement(
            Announcement.AnnouncementType.DRAIN,
            Duration.ofSeconds(8),
            NOW.plusSeconds(seconds),
            false,
            false);
    return before.received(new Announcement.Incarnation("s1", "b1"), announced, roster);
  }

  @Test
  void aRepeatedAnnouncementCountsNoLongerThanTheFirst() {
    Roster says = listed(MemberStatus.ALIVE, "b1", "ready");
    Announcements repeated = leaving();
    for (int second = 1; second < 5; second++) {
      repeated = again(repeated, second, says).announcements();
    }
    assertEquals(leaving(), repeated, "neither its time nor its deadline moves");
    assertEquals(
        EventKind.UNDONE, repeated.pruned(says, NOW.plusSeconds(5)).events().getFirst().kind());
  }

  @Test
  void whatWasUndoneCountsAgainOnlyOnceTheListSaysTheSame() {
    Roster says = listed(MemberStatus.ALIVE, "b1", "ready");
    Announcements undone = leaving().pruned(says, NOW.plusSeconds(5)).announcements();
    for (int second = 6; second < 60; second += 2) {
      undone = undone.pruned(says, NOW.plusSeconds(second)).announcements();
      assertEquals(
          new Announcements.Update(undone, List.of()),
          again(undone, second, says),
          "accepted again, or an event once more");
    }
    Announcements ready =
        received(undone, Announcement.AnnouncementType.READY, "s1\tb1").announcements();
    assertNotNull(ready.of("s1", "b1"), "the other announcement is another claim");

    Roster drains = listed(MemberStatus.ALIVE, "b1", "draining");
    Announcements agreed = undone.pruned(drains, NOW.plusSeconds(61)).announcements();
    assertNotNull(again(agreed, 62, says).announcements().of("s1", "b1"));
    Announcements restarted =
        undone
            .pruned(listed(MemberStatus.ALIVE, "b2", "ready"), NOW.plusSeconds(61))
            .announcements();
    assertEquals(Announcements.NONE, restarted, "only incarnations of the list are kept");
  }

  @Test
  void takingAnAnnouncementBackDoesNotMakeItNewAgain() {
    Announcements.Update ready = received(leaving(), Announcement.AnnouncementType.READY, "s1\tb1");
    assertEquals(EventKind.UNDONE, ready.events().getFirst().kind());
    assertEquals(
        new Announcements.Update(ready.announcements(), List.of()),
        again(ready.announcements(), 1, listed(MemberStatus.ALIVE, "b1", "ready")));
  }
}
