package io.rollcall.http.page;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.model.MemberState;
import io.rollcall.core.status.BalancerState;
import io.rollcall.core.status.Format;
import io.rollcall.core.status.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The parts of the page that no view changes. */
public final class PageParts {
  /** Of the journal; the rest is a request away. */
  private static final int EVENTS = 50;

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private PageParts() {}

  public static PageView.Headline headline(Status status) {
    BalancerState state = status.balancer().state();
    String shape =
        switch (state) {
          case IN_SYNC -> "●";
          case CONVERGING -> "◐";
          case HOLDING -> "◆";
          case DEGRADED -> "▲";
        };
    return new PageView.Headline(Format.of(state), shape, Sanitizer.visible(Summary.of(status)));
  }

  public static PageView.Sources sources(Status status, Instant now) {
    var all = new ArrayList<PageView.Source>();
    all.add(serf(status.serf(), now));
    all.add(haproxy(status.haproxy(), now));
    if (status.mail() != null) {
      all.add(mail(status.mail(), now));
    }
    return new PageView.Sources(List.copyOf(all));
  }

  private static PageView.Source serf(Status.SerfStatus serf, Instant now) {
    String facts =
        "%s members: %s alive, %s failed, %s left; health score %s"
            .formatted(
                Format.of(serf.members()),
                Format.of(serf.alive()),
                Format.of(serf.failed()),
                Format.of(serf.left()),
                Format.of(serf.healthScore()));
    return source("Serf", serf.reachable(), "member list read", serf.lastResyncAt(), now, facts);
  }

  private static PageView.Source haproxy(Status.HaproxyStatus haproxy, Instant now) {
    Long up = haproxy.uptimeSeconds();
    String facts =
        "version %s, pid %s, up %s; %s connections, %s requests/s; %d restarts seen"
            .formatted(
                Format.of(haproxy.version()),
                Format.of(haproxy.pid()),
                up == null ? Format.UNKNOWN : Format.of(Duration.ofSeconds(up)),
                Format.of(haproxy.currentConnections()),
                Format.of(haproxy.requestRate()),
                haproxy.restartsSeen());
    return source("HAProxy", haproxy.reachable(), "slots read", haproxy.lastReadAt(), now, facts);
  }

  private static PageView.Source source(
      String name, boolean answers, String what, @Nullable Instant at, Instant now, String facts) {
    String fresh =
        at == null
            ? "never read"
            : answers ? what : "nothing since " + CLOCK.format(at) + " UTC, last answer";
    String word = answers ? "answers" : "does not answer";
    return new PageView.Source(
        name, answers, word, fresh, at, age(at, now), Sanitizer.visible(facts));
  }

  /** What does not go is told by the error, as fresh as that is. */
  private static PageView.Source mail(Status.MailStatus mail, Instant now) {
    Instant sent = mail.lastSentAt();
    Instant failed = mail.lastErrorAt();
    String counts = "%d undelivered, %d dropped".formatted(mail.undelivered(), mail.dropped());
    if (failed == null) {
      String word = sent == null ? "is set up" : "is delivered";
      String fresh = sent == null ? "none sent since the start" : "last accepted";
      return new PageView.Source("Mail", true, word, fresh, sent, age(sent, now), counts);
    }
    String error = Sanitizer.visible(mail.lastError() + ",");
    String last = sent == null ? "none since the start" : CLOCK.format(sent) + " UTC";
    return new PageView.Source(
        "Mail",
        false,
        "is not delivered",
        error,
        failed,
        age(failed, now),
        counts + "; last accepted: " + last);
  }

  private static String age(@Nullable Instant at, Instant now) {
    return at == null ? "" : Format.of(Duration.between(at, now));
  }

  static PageView.PoolHead head(int index, Status.PoolStatus pool) {
    var counts = new ArrayList<PageView.Count>();
    for (MemberState state : MemberState.values()) {
      long count = pool.members().stream().filter(row -> row.state() == state).count();
      if (count > 0) {
        counts.add(new PageView.Count(Format.of(state), MemberRows.shape(state), count));
      }
    }
    Status.DriftCount drift = pool.drift();
    return new PageView.PoolHead(
        "head" + index,
        pool.backend(),
        Format.path(pool.backend()) + "/release-hold",
        pool.held(),
        Format.of(pool.slots().free()),
        Format.of(pool.slots().total()),
        drift.found() == 0
            ? null
            : "drift: " + drift.found() + " found, " + drift.repaired() + " repaired",
        List.copyOf(counts));
  }

  public static PageView.Timeline timeline(List<Status.EventRecord> events) {
    int from = Math.max(0, events.size() - EVENTS);
    return new PageView.Timeline(
        events.subList(from, events.size()).reversed().stream().map(PageParts::event).toList());
  }

  private static PageView.EventView event(Status.EventRecord event) {
    return new PageView.EventView(
        event.at().toString(),
        CLOCK.format(event.at()),
        Sanitizer.visible(event.kind()),
        event.member() == null ? "" : Sanitizer.visible(event.member()),
        Sanitizer.visible(event.text()),
        event.pool() == null
            ? ""
            : event.slot() == null ? event.pool() : event.pool() + "/" + event.slot(),
        event.tookMicros() == null ? null : Format.took(event.tookMicros()));
  }

  public static PageView.FleetView fleet(List<Status.PeerBalancer> fleet) {
    return new PageView.FleetView(
        fleet.stream()
            .map(peer ->
                new PageView.PeerView(
                    Sanitizer.visible(peer.name()),
                    Format.of(peer.address()),
                    Format.of(peer.state()),
                    peer.agrees() == null
                        ? "unknown whether it agrees"
                        : peer.agrees() ? "agrees" : "sees other members"))
            .toList());
  }
}
