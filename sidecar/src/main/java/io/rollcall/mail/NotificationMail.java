package io.rollcall.mail;

import io.rollcall.alert.Alert;
import io.rollcall.alert.AlertText;
import io.rollcall.alert.Notification;
import io.rollcall.core.Sanitizer;
import io.rollcall.core.status.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes a notification as a mail: what happened, the pools as they are now, the last events. */
public final class NotificationMail {
  private static final int MAX_NAMED = 3;
  private static final int MAX_NAME = 60;

  private NotificationMail() {}

  /**
   * The mail of a notification.
   *
   * @param status as it is now
   * @param server with the sender and the receivers
   * @param link to the status page, null while its address is unknown
   */
  public static OutgoingMail of(
      Notification notification,
      Status status,
      Instant now,
      SmtpServer server,
      @Nullable String link) {
    var tables = new ArrayList<MailContent.Table>();
    pools(notification, status).forEach(pool -> tables.add(StatusTables.pool(pool)));
    tables.add(StatusTables.events(status.events()));
    return mail(
        messageId(notification.id(), server),
        notification.replyTo().stream().map(id -> messageId(id, server)).toList(),
        notification.alerts().stream().anyMatch(Alert::urgent),
        subject(notification) + on(status),
        new MailContent(messages(notification), tables, link, footer(status)),
        server,
        now);
  }

  /** A mail that proves that mail is delivered. */
  public static OutgoingMail test(
      String id, Status status, Instant now, SmtpServer server, @Nullable String link) {
    return mail(
        messageId(id, server),
        List.of(),
        false,
        "Rollcall test mail" + on(status),
        new MailContent(
            List.of(
                "This is a test mail, requested by an operator. Alerts arrive in the same way."),
            status.pools().stream().map(StatusTables::pool).toList(),
            link,
            footer(status)),
        server,
        now);
  }

  private static OutgoingMail mail(
      String id,
      List<String> references,
      boolean urgent,
      String subject,
      MailContent content,
      SmtpServer server,
      Instant now) {
    return new OutgoingMail(
        id,
        references,
        server.to(),
        now,
        urgent,
        subject,
        MailTemplates.text(content),
        MailTemplates.html(content));
  }

  /** In ASCII unless a name is not: encoded subjects are unreadable for filters and gateways. */
  private static String subject(Notification notification) {
    return line(notification).replace("…", "...");
  }

  private static String line(Notification notification) {
    List<Alert> alerts = notification.alerts();
    if (alerts.isEmpty()) {
      return alerts(notification.withheld()) + " withheld";
    }
    if (alerts.size() == 1) {
      return AlertText.summary(alerts.getFirst());
    }
    String named =
        alerts.stream().limit(MAX_NAMED).map(AlertText::brief).collect(Collectors.joining(", "));
    int more = alerts.size() - MAX_NAMED;
    return more > 0 ? named + " and " + more + " more" : named;
  }

  private static List<String> messages(Notification notification) {
    var messages = new ArrayList<String>();
    notification.alerts().forEach(alert -> messages.add(AlertText.detail(alert)));
    if (notification.withheld() > 0) {
      messages.add(
          alerts(notification.withheld())
              + " withheld because the limit of mails per hour was reached."
              + " The status page shows the present state.");
    }
    return messages;
  }

  private static String alerts(int count) {
    return count == 1 ? "1 alert was" : count + " alerts were";
  }

  /** The pools that the alerts concern; all if they concern none. */
  private static List<Status.PoolStatus> pools(Notification notification, Status status) {
    List<String> named =
        notification.alerts().stream()
            .map(alert -> alert.key().pool())
            .filter(Objects::nonNull)
            .toList();
    return status.pools().stream()
        .filter(pool -> named.isEmpty() || named.contains(pool.backend()))
        .toList();
  }

  private static String footer(Status status) {
    return "Rollcall " + status.balancer().version() + on(status);
  }

  private static String on(Status status) {
    String name = status.balancer().name();
    return name == null ? "" : " (" + Sanitizer.line(name, MAX_NAME) + ")";
  }

  private static String messageId(String id, SmtpServer server) {
    return id + ".rollcall@" + server.domain();
  }
}
