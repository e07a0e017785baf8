package io.rollcall.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.alert.Alert;
import io.rollcall.alert.Alert.AlertType;
import io.rollcall.alert.AlertKey;
import io.rollcall.alert.AlertKind;
import io.rollcall.alert.Notification;
import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.status.BalancerState;
import io.rollcall.core.status.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class NotificationMailTest {
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
      AlertKind kind, String name, AlertType type, String state, String why) {
    var key = new AlertKey(kind, kind == AlertKind.COMPONENT ? null : "nodes", name);
    return new Alert("i1", key, type, state, why, NOW.minusSeconds(252), NOW, 5);
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
            null,
            null,
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
        new Status.Balancer("ha", "1.0", NOW, BalancerState.IN_SYNC, List.of(), List.of()),
        new Status.SerfStatus(true, 1, 1, 0, 0, 0, true, true, NOW, NOW),
        new Status.HaproxyStatus(true, "2.6", 1, 1L, 1, 1, 0, NOW),
        List.of(pool),
        List.of(),
        List.of(new Status.EventRecord(7, NOW, "suspect", name, "nodes", "slot1", why, null)));
  }

  private static OutgoingMail mail(Alert... alerts) {
    return mail(status("s1", "L4CON"), alerts);
  }

  private static OutgoingMail mail(Status status, Alert... alerts) {
    var notification = new Notification("m9", List.of("m1"), List.of(alerts), 0);
    return NotificationMail.of(notification, status, NOW, SERVER, "http://10.0.0.1:9999/");
  }

  @Test
  void hasTheSummaryOfItsOnlyAlertAsSubject() {
    OutgoingMail mail = mail(alert(AlertKind.MEMBER, "s1", AlertType.FAILED, "down", "L4CON"));
    assertEquals("nodes/s1 down: L4CON (ha)", mail.subject());
    assertFalse(mail.urgent());
    assertEquals("m9.rollcall@example.org", mail.id());
    assertEquals(List.of("m1.rollcall@example.org"), mail.references());
    assertTrue(
        mail(alert(AlertKind.NO_SERVER_UP, null, AlertType.FAILED, "no server up", "all"))
            .urgent());
  }

  @Test
  void reportsAlertsThatWereWithheld() {
    var withheld = new Notification("m9", List.of(), List.of(), 12);
    OutgoingMail mail = NotificationMail.of(withheld, status("s1", "L4CON"), NOW, SERVER, null);
    assertEquals("12 alerts were withheld (ha)", mail.subject());
    assertTrue(
        mail.text()
            .startsWith("12 alerts were withheld because the limit of mails per hour was reached."),
        mail.text());
    assertTrue(mail.text().contains("Pool nodes: 0 of 1 members up"), mail.text());
    assertFalse(mail.text().contains("Status page:"), mail.text());
  }

  @Test
  void cutsASubjectWithoutLeavingAscii() {
    OutgoingMail mail =
        mail(alert(AlertKind.MEMBER, "s1", AlertType.FAILED, "down", "c".repeat(61)));
    assertEquals("nodes/s1 down: " + "c".repeat(60) + "... (ha)", mail.subject());
  }

  @Test
  void namesThreeOfMany() {
    var alerts =
        List.of("s1", "s2", "s3", "s4", "s5").stream()
            .map(name -> alert(AlertKind.MEMBER, name, AlertType.FAILED, "down", "L4CON"))
            .toArray(Alert[]::new);
    assertEquals(
        "nodes/s1 down, nodes/s2 down, nodes/s3 down and 2 more (ha)", mail(alerts).subject());
  }

  @Test
  void hasThePoolTheEventsAndALinkInBothForms() {
    OutgoingMail mail = mail(alert(AlertKind.MEMBER, "s1", AlertType.FAILED, "down", "L4CON"));
    for (String part :
        List.of(
            "nodes/s1 down since 2026-11-22T09:55:48Z: L4CON",
            "Pool nodes: 0 of 1 members up",
            "Last events",
            "http://10.0.0.1:9999/",
            "Rollcall 1.0 (ha)")) {
      assertTrue(mail.text().contains(part), mail.text());
      assertTrue(mail.html().contains(part), mail.html());
    }
  }

  @Test
  void alignsThePlainText() {
    String text = mail(alert(AlertKind.MEMBER, "s1", AlertType.FAILED, "down", "L4CON")).text();
    assertEquals(
        """
        nodes/s1 down since 2026-11-22T09:55:48Z: L4CON

        Pool nodes: 0 of 1 members up

            Member  Slot   Address          State  Reason
            s1      slot1  127.0.0.11:3000  down   L4CON

        Last events

            Time                  Event    Member  Pool/slot    Text
            2026-11-22T10:00:00Z  suspect  s1      nodes/slot1  L4CON

        Status page: http://10.0.0.1:9999/

        Rollcall 1.0 (ha)
        """,
        text);
  }

  @Test
  void escapesTheHtml() {
    String html =
        mail(
                status("<b>&'\"", "<script>"),
                alert(AlertKind.MEMBER, "<i>", AlertType.FAILED, "down", "a & b"))
            .html();
    assertTrue(html.contains("nodes/&lt;i&gt; down"), html);
    assertTrue(html.contains("a &amp; b"), html);
    assertTrue(html.contains("<td>&lt;b&gt;&amp;"), html);
    assertFalse(html.contains("<script>"), html);
    assertTrue(html.contains("<a href=\"http://10.0.0.1:9999/\">Status page</a>"), html);
  }

  /** Names and texts come from other hosts. */
  @Property(tries = 200)
  void isHarmlessWhateverAMemberIsNamed(@ForAll String name, @ForAll String why) {
    String hostile = name + "\r\nBcc: x@example.org\u202e<script>" + "n".repeat(500);
    OutgoingMail mail =
        mail(
            status(hostile, why + "\r\n.\r\n<b>"),
            alert(AlertKind.MEMBER, hostile, AlertType.FAILED, "down", why));
    assertFalse(mail.subject().codePoints().anyMatch(Character::isISOControl), mail.subject());
    assertFalse(mail.subject().contains("\u202e"));
    assertTrue(mail.subject().length() < 1500);
    assertFalse(mail.html().contains("<script") || mail.html().contains("<b>"));
    assertFalse(mail.text().contains("\r") || mail.text().contains("\n.\n"));
    assertFalse(mail.html().contains("\u202e"));
  }
}
