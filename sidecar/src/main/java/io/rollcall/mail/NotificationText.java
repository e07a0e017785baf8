package io.rollcall.mail;

import io.rollcall.alert.Alert;
import io.rollcall.alert.AlertKey;
import io.rollcall.alert.Notification;
import io.rollcall.core.status.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes a letter: what happened first, then the pools as they are now and the last events. */
public final class NotificationText {
  private static final int NAMED = 3;
  private static final int ROWS = 30;
  private static final int EVENTS = 15;
  private static final int NAME = 60;
  private static final int LINE = 300;

  private NotificationText() {}

  /**
   * The mail of a letter.
   *
   * @param server whom it is from, and for
   * @param link to the status page, null where its address is not known
   */
  public static OutgoingMail mail(
      Notification letter, Status status, Instant now, SmtpServer server, @Nullable String link) {
    var paper = new MailBody();
    paper.lines("", letter.alerts().stream().map(NotificationText::told).toList());
    if (letter.withheld() > 0) {
      paper.lines(
          "",
          List.of(
              letter.withheld()
                  + " more alerts were withheld: too many mails within an hour. The page tells all."));
    }
    pools(letter, status).forEach(pool -> paper.table(title(pool), rows(pool)));
    paper.table("Last events", events(status.events()));
    end(paper, status, link);
    return new OutgoingMail(
        id(letter.id(), server),
        letter.replies().stream().map(reply -> id(reply, server)).toList(),
        server.to(),
        now,
        letter.alerts().stream().anyMatch(Alert::urgent),
        subject(letter, status),
        paper.text(),
        paper.html());
  }

  /** A mail that says that mail works. */
  public static OutgoingMail test(
      String id, Status status, Instant now, SmtpServer server, @Nullable String link) {
    var paper = new MailBody();
    paper.lines(
        "", List.of("This is a test mail, asked for by hand. Alerts would arrive like it."));
    status.pools().forEach(pool -> paper.table(title(pool), rows(pool)));
    end(paper, status, link);
    String subject = "Rollcall test mail" + from(status);
    return new OutgoingMail(
        id(id, server), List.of(), server.to(), now, false, subject, paper.text(), paper.html());
  }

  private static void end(MailBody paper, Status status, @Nullable String link) {
    if (link != null) {
      paper.link(link);
    }
    paper.lines("", List.of("Rollcall " + status.balancer().version() + from(status)));
  }

  static String subject(Notification letter, Status status) {
    List<Alert> alerts = letter.alerts();
    if (alerts.isEmpty()) {
      return letter.withheld() + " alerts were withheld" + from(status);
    }
    if (alerts.size() == 1) {
      return head(alerts.getFirst()) + tail(alerts.getFirst()) + from(status);
    }
    String named =
        alerts.stream().limit(NAMED).map(NotificationText::head).collect(Collectors.joining(", "));
    int more = alerts.size() - NAMED;
    return named + (more > 0 ? " and " + more + " more" : "") + from(status);
  }

  private static String from(Status status) {
    String name = status.balancer().name();
    return name == null ? "" : " (" + MailText.line(name, NAME) + ")";
  }

  /** {@code nodes/s1 down}. */
  private static String head(Alert alert) {
    String state =
        switch (alert.word()) {
          case FAILED -> alert.state();
          case FLAPS -> alert.falls() == 1 ? "failed again" : "flaps";
          case BACK, CALM ->
              alert.state().equals(Alert.GONE)
                  ? Alert.GONE
                  : "back, " + MailText.line(alert.state(), NAME);
        };
    return name(alert.subject()) + " " + state + (alert.urgent() ? " (urgent)" : "");
  }

  private static String tail(Alert alert) {
    String lasted = DurationText.of(Duration.between(alert.since(), alert.until()));
    return switch (alert.word()) {
      case FAILED -> ": " + MailText.line(alert.why(), NAME);
      case FLAPS ->
          alert.falls() == 1
              ? ": " + MailText.line(alert.why(), NAME)
              : ": failed " + times(alert.falls()) + " in " + lasted;
      case BACK -> " after " + lasted;
      case CALM -> " after failing " + times(alert.falls()) + " in " + lasted;
    };
  }

  private static String told(Alert alert) {
    String since = alert.since().truncatedTo(ChronoUnit.SECONDS).toString();
    String lasted = DurationText.of(Duration.between(alert.since(), alert.until()));
    String why = MailText.line(alert.why(), LINE);
    String said =
        switch (alert.word()) {
          case FAILED -> " since %s: %s".formatted(since, why);
          case FLAPS ->
              ": failed %s since %s, the last time: %s. The next mail about it comes when it is steady."
                  .formatted(times(alert.falls()), since, why);
          case BACK -> " after %s. It failed at %s: %s".formatted(lasted, since, why);
          case CALM ->
              " and steady. It failed %s within %s, from %s on; the last time: %s"
                  .formatted(times(alert.falls()), lasted, since, why);
        };
    return head(alert) + said;
  }

  private static String times(int falls) {
    return falls == 1 ? "once" : falls + " times";
  }

  private static String name(AlertKey subject) {
    String pool = subject.pool() == null ? "" : MailText.line(subject.pool(), NAME);
    String name = subject.name() == null ? "" : MailText.line(subject.name(), NAME);
    if (pool.isEmpty()) {
      return name.toLowerCase(Locale.ROOT).replace('_', ' ');
    }
    return name.isEmpty() ? pool : pool + "/" + name;
  }

  private static List<Status.PoolStatus> pools(Notification letter, Status status) {
    List<String> named =
        letter.alerts().stream()
            .map(alert -> alert.subject().pool())
            .filter(Objects::nonNull)
            .toList();
    return status.pools().stream()
        .filter(pool -> named.isEmpty() || named.contains(pool.backend()))
        .toList();
  }

  private static String title(Status.PoolStatus pool) {
    long up = pool.members().stream().filter(row -> row.state().serves()).count();
    return "Pool %s now: %d of %d members up".formatted(pool.backend(), up, pool.members().size());
  }

  private static List<List<String>> rows(Status.PoolStatus pool) {
    var rows = new ArrayList<List<String>>();
    pool.members().stream()
        .sorted((one, other) -> Boolean.compare(one.state().serves(), other.state().serves()))
        .limit(ROWS)
        .map(row ->
            List.of(
                MailText.line(row.name(), NAME),
                row.slot() == null ? "no slot" : row.slot(),
                row.address() == null
                    ? "?"
                    : row.address() + (row.port() == null ? "" : ":" + row.port()),
                row.state().name().toLowerCase(Locale.ROOT),
                MailText.line(row.why(), LINE)))
        .forEach(rows::add);
    int more = pool.members().size() - ROWS;
    if (more > 0) {
      rows.add(List.of("and " + more + " more"));
    }
    return rows;
  }

  private static List<List<String>> events(List<Status.EventRecord> events) {
    return events.reversed().stream()
        .limit(EVENTS)
        .map(event ->
            List.of(
                event.at().truncatedTo(ChronoUnit.SECONDS).toString(),
                event.kind(),
                event.member() == null ? "-" : MailText.line(event.member(), NAME),
                (event.pool() == null ? "" : event.pool())
                    + (event.slot() == null ? "" : "/" + event.slot()),
                MailText.line(event.text(), LINE)))
        .toList();
  }

  private static String id(String letter, SmtpServer server) {
    return letter + ".rollcall@" + server.domain();
  }
}
