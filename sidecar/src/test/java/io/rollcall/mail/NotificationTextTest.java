package io.rollcall.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.alert.Alert;
import io.rollcall.alert.AlertKey;
import io.rollcall.alert.AlertKind;
import io.rollcall.alert.Notification;
import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.status.BalancerState;
import io.rollcall.core.status.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NotificationTextTest {
  private static final SmtpServer SERVER =
      new SmtpServer(
          "127.0.0.1",
          25,
          SmtpServer.Security.OFF,
          null,
          null,
          "rollcall@example.org",
          List.of("night@example.org"));
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private static Alert alert(
      AlertKind kind, String name, Alert.AlertType word, String state, String why) {
    var subject = new AlertKey(kind, kind == AlertKind.PART ? null : "nodes", name);
    return new Alert("i1", subject, word, state, why, NOW.minusSeconds(252), NOW, 5);
  }

  private static Status status(String name, String why) {
    var row =
        new Status.MemberRow(
            name,
            "127.0.0.11",
            3000,
            "slot1",
            MemberState.DOWN,
            NOW,
            why,
            false,
            null,
            MemberStatus.ALIVE,
            "L4CON",
            Map.of(),
            100,
            Status.SessionCounts.UNKNOWN,
            null,
            null);
    var pool =
        new Status.PoolStatus(
            "nodes",
            false,
            new Status.SlotCounts(4, 3, 1),
            new Status.DriftCount(0, 0),
            List.of(row));
    return new Status(
        NOW,
        new Status.Balancer("ha", "1.0", NOW, BalancerState.IN_SYNC, List.of()),
        new Status.SerfStatus(true, 1, 1, 0, 0, 0, NOW, NOW),
        new Status.HaproxyStatus(true, "2.6", 1, 1L, 1, 1, 0, NOW),
        List.of(pool),
        List.of(),
        List.of(new Status.EventRecord(7, NOW, "suspect", name, "nodes", "slot1", why, null)));
  }

  private static OutgoingMail mail(Alert... alerts) {
    return mail(status("s1", "L4CON"), alerts);
  }

  private static OutgoingMail mail(Status status, Alert... alerts) {
    var letter = new Notification("m9", List.of("m1"), List.of(alerts), 0);
    return NotificationText.mail(letter, status, NOW, SERVER, "http://10.0.0.1:9999/");
  }

  @ParameterizedTest
  @CsvSource({
    "MEMBER, s1, FAILED, down, nodes/s1 down: L4CON (ha)",
    "MEMBER, s1, FLAPS, down, nodes/s1 flaps: failed 5 times in 4 min 12 s (ha)",
    "MEMBER, s1, BACK, serving, 'nodes/s1 back, serving after 4 min 12 s (ha)'",
    "MEMBER, s1, CALM, serving, 'nodes/s1 back, serving after failing 5 times in 4 min 12 s (ha)'",
    "EMPTY, , FAILED, has no server up, nodes has no server up (urgent): L4CON (ha)",
    "PART, STATE_FILE, FAILED, fails, state file fails: L4CON (ha)",
  })
  void saysPoolMemberAndStateFirst(
      AlertKind kind, String name, Alert.AlertType word, String state, String subject) {
    OutgoingMail mail = mail(alert(kind, name, word, state, "L4CON"));
    assertEquals(subject, mail.subject());
    assertEquals(kind == AlertKind.EMPTY, mail.urgent());
    assertEquals("m9.rollcall@example.org", mail.id());
    assertEquals(List.of("m1.rollcall@example.org"), mail.references());
  }

  @Test
  void namesThreeOfMany() {
    var alerts =
        List.of("s1", "s2", "s3", "s4", "s5").stream()
            .map(name -> alert(AlertKind.MEMBER, name, Alert.AlertType.FAILED, "down", "L4CON"))
            .toArray(Alert[]::new);
    assertEquals(
        "nodes/s1 down, nodes/s2 down, nodes/s3 down and 2 more (ha)", mail(alerts).subject());
  }

  @Test
  void showsThePoolTheEventsAndALinkInBothForms() {
    OutgoingMail mail =
        mail(alert(AlertKind.MEMBER, "s1", Alert.AlertType.FAILED, "down", "L4CON"));
    for (String part :
        List.of(
            "nodes/s1 down since 2026-11-22T09:55:48Z: L4CON",
            "Pool nodes now: 0 of 1 members up",
            "Last events",
            "http://10.0.0.1:9999/",
            "Rollcall 1.0 (ha)")) {
      assertTrue(mail.text().contains(part), mail.text());
      assertTrue(mail.html().contains(part), mail.html());
    }
  }

  @Test
  void tellsATimeInItsTwoLargestUnits() {
    assertEquals("0 s", DurationText.of(Duration.ofMillis(-5)));
    assertEquals("59 s", DurationText.of(Duration.ofSeconds(59)));
    assertEquals("4 min", DurationText.of(Duration.ofMinutes(4)));
    assertEquals("4 min 12 s", DurationText.of(Duration.ofSeconds(252)));
    assertEquals("2 h 5 min", DurationText.of(Duration.ofMinutes(125)));
    assertEquals("3 d 4 h", DurationText.of(Duration.ofHours(76)));
  }

  /** Names and texts come from anybody. */
  @Property(tries = 200)
  void staysHarmlessWhateverAMemberIsCalled(@ForAll String name, @ForAll String why) {
    String hostile = name + "\r\nBcc: x@example.org\u202e<script>" + "n".repeat(500);
    OutgoingMail mail =
        mail(
            status(hostile, why + "\r\n.\r\n<b>"),
            alert(AlertKind.MEMBER, hostile, Alert.AlertType.FAILED, "down", why));
    assertFalse(mail.subject().codePoints().anyMatch(Character::isISOControl), mail.subject());
    assertFalse(mail.subject().contains("\u202e"));
    assertTrue(mail.subject().length() < 1500);
    assertFalse(mail.html().contains("<script") || mail.html().contains("<b>"));
    assertFalse(mail.text().contains("\r") || mail.text().contains("\n.\n"));
    assertFalse(mail.html().contains("\u202e"));
  }
}
