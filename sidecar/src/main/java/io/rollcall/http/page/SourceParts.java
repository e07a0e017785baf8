package io.rollcall.http.page;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.status.Format;
import io.rollcall.core.status.Status;
import io.rollcall.core.status.TextReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The cards of Serf, HAProxy and mail: whether each works and how old its data is. */
final class SourceParts {
  private SourceParts() {}

  static PageView.Sources of(Status status) {
    Instant now = status.at();
    Status.SerfStatus serf = status.serf();
    Status.HaproxyStatus haproxy = status.haproxy();
    var all = new ArrayList<PageView.SourceView>();
    all.add(
        source(
            "Serf",
            serf.reachable(),
            "member list read",
            serf.lastResyncAt(),
            now,
            TextReport.details(serf)));
    all.add(
        source(
            "HAProxy",
            haproxy.reachable(),
            "slots read",
            haproxy.lastReadAt(),
            now,
            TextReport.details(haproxy)));
    if (status.mail() != null) {
      all.add(mail(status.mail(), now));
    }
    return new PageView.Sources(List.copyOf(all));
  }

  private static PageView.SourceView source(
      String name,
      boolean reachable,
      String what,
      @Nullable Instant at,
      Instant now,
      String details) {
    String fresh =
        at == null
            ? "never read"
            : reachable ? what : "since " + Format.clock(at) + " UTC, last read";
    return new PageView.SourceView(
        name,
        reachable,
        reachable ? "reachable" : "unreachable",
        fresh,
        at,
        age(at, now),
        Sanitizer.visible(details));
  }

  private static PageView.SourceView mail(Status.MailStatus mail, Instant now) {
    Instant sent = mail.lastSentAt();
    Instant failed = mail.lastErrorAt();
    String counts = "%d undelivered, %d dropped".formatted(mail.undelivered(), mail.dropped());
    if (failed == null) {
      return new PageView.SourceView(
          "Mail",
          true,
          sent == null ? "configured" : "working",
          sent == null ? "no mail sent since the start" : "last mail accepted",
          sent,
          age(sent, now),
          counts);
    }
    String last = sent == null ? "none since the start" : Format.clock(sent) + " UTC";
    return new PageView.SourceView(
        "Mail",
        false,
        "failing",
        Sanitizer.visible(mail.lastError() + ","),
        failed,
        age(failed, now),
        counts + "; last mail accepted: " + last);
  }

  private static String age(@Nullable Instant at, Instant now) {
    return at == null ? "" : Format.age(at, now);
  }
}
