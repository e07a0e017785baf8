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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    return hearing(Announcements.NONE, Announcement.AnnouncementType.DRAIN, "s1\tb1\t8000")
        .claims();
  }

  private static Announcements ready() {
    return hearing(Announcements.NONE, Announcement.AnnouncementType.READY, "s1\tb1").claims();
  }

  private static Announcements.Update hearing(
      Announcements before, Announcement.AnnouncementType kind, String payload) {
    return before.heard(kind, payload, listed(MemberStatus.ALIVE, "b1", "ready"), NOW);
  }

  @Test
  void takesAWordWithItsDeadline() {
    assertEquals(
        new Announcement(Announcement.AnnouncementType.DRAIN, Duration.ofSeconds(8), NOW, false),
        leaving().of("s1", "b1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "s1", "s1\tb1", "s1\tb1\tsoon", "\tb1\t8000", "s1\tb1\t-1", "s1\tb1\t1\t2"})
  void refusesAPayloadOfAnotherForm(String payload) {
    Announcements.Update turn =
        hearing(Announcements.NONE, Announcement.AnnouncementType.DRAIN, payload);
    assertEquals(Announcements.NONE, turn.claims());
    assertEquals(
        "rollcall-drain: expected the payload NAME TAB BOOT TAB MILLISECONDS",
        turn.notes().getFirst().text());
  }

  @Test
  void keepsALaterRunsWordWhateverAnEarlierOneSaidLate() {
    Announcements both = hearing(leaving(), Announcement.AnnouncementType.READY, "s1\tb0").claims();
    assertEquals(leaving().of("s1", "b1"), both.of("s1", "b1"));
  }

  @Test
  void keepsOnlySoManyWordsOfRunsThatTheListDoesNotKnow() {
    Announcements full = Announcements.NONE;
    for (int i = 0; i < Announcements.MOST_UNKNOWN; i++) {
      full =
          hearing(
                  full,
                  Announcement.AnnouncementType.READY,
                  (i % 2 == 0 ? "s1\tb" : "x\tb") + (i + 2))
              .claims();
    }
    Announcements.Update more = hearing(full, Announcement.AnnouncementType.READY, "y\tb");
    assertSame(full, more.claims());
    assertEquals(EventKind.IGNORED, more.notes().getFirst().kind());
    assertNotNull(
        hearing(full, Announcement.AnnouncementType.DRAIN, "s1\tb1\t8000").claims().of("s1", "b1"));
    Announcements again =
        hearing(full, Announcement.AnnouncementType.DRAIN, "s1\tb2\t8000").claims();
    assertEquals(
        Announcement.AnnouncementType.DRAIN,
        again.of("s1", "b2").kind(),
        "in the place of its own word");
    Announcements later = full.pruned(Roster.EMPTY, NOW.plusSeconds(5)).claims();
    assertNotNull(
        hearing(later, Announcement.AnnouncementType.READY, "y\tb").claims().of("y", "b"));
  }

  @Test
  void waitsForTheListAndThenKeepsTheDeadline() {
    assertTrue(leaving().open(NOW.plusSeconds(4)));
    Announcements agreed =
        leaving().pruned(listed(MemberStatus.ALIVE, "b1", "draining"), NOW).claims();
    assertFalse(agreed.open(NOW));
    assertEquals(Duration.ofSeconds(8), agreed.of("s1", "b1").deadline());
  }

  @Test
  void tellsWhenTheListNeverAgreed() {
    Roster says = listed(MemberStatus.ALIVE, "b1", "ready");
    assertEquals(leaving(), leaving().pruned(says, NOW.plusSeconds(4)).claims());
    Announcements.Update after = leaving().pruned(says, NOW.plusSeconds(5));
    assertEquals(Announcements.NONE, after.claims());
    assertEquals(EventKind.UNDONE, after.notes().getFirst().kind());
  }

  @Test
  void doesNotCallUndoneWhatARunSaidThatTheListDoesNotKnow() {
    for (Roster says : List.of(listed(MemberStatus.ALIVE, "b2", "ready"), Roster.EMPTY)) {
      Announcements.Update after = leaving().pruned(says, NOW.plusSeconds(5));
      assertEquals(
          List.of(
              new Event(
                  EventKind.IGNORED,
                  "s1",
                  null,
                  "said it is leaving, with a boot not in the list")),
          after.notes());
    }
  }

  @Test
  void forgetsAnAgreedWordSilentlyWhenTheMemberStartsAnew() {
    Announcements agreed =
        leaving().pruned(listed(MemberStatus.LEFT, "b1", "draining"), NOW).claims();
    Announcements.Update after =
        agreed.pruned(listed(MemberStatus.ALIVE, "b2", "ready"), NOW.plusSeconds(9));
    assertEquals(new Announcements.Update(Announcements.NONE, List.of()), after);
  }

  @Test
  void forgetsAWordOfReadinessThatTheListAgreesToWhenItIsNoLongerFresh() {
    Roster agrees = listed(MemberStatus.ALIVE, "b1", "");
    Announcements ready = ready().pruned(agrees, NOW).claims();
    assertFalse(ready.open(NOW), "the list need not be read again for it");
    assertEquals(ready, ready.pruned(agrees, NOW.plusSeconds(4)).claims());
    assertEquals(
        new Announcements.Update(Announcements.NONE, List.of()),
        ready.pruned(agrees, NOW.plusSeconds(5)));
  }

  @Test
  void namesWhoJoinsByItsOwnWord() {
    var service = new ServerSpec(Endpoint.of("10.0.0.1", 3000), "b1", 100, 0);
    Occupant seated = Occupant.seated("s1", service, NOW);
    Occupant joining = seated.to(SlotState.JOINING, NOW, "");
    assertEquals(Map.of(service.endpoint(), NOW), ready().joining(List.of(joining)));
    assertEquals(Map.of(), ready().joining(List.of(seated)), "not joining");
    assertEquals(Map.of(), leaving().joining(List.of(joining)), "says that it leaves");
    assertEquals(Map.of(), ready().joining(List.of(joining.named("s2"))), "somebody else");
    var restarted = new ServerSpec(service.endpoint(), "b2", 100, 0);
    assertEquals(Map.of(), ready().joining(List.of(joining.with(restarted))), "an earlier boot");
  }
}
