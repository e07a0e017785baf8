package io.rollcall.status;

import io.rollcall.core.BalancerState;
import io.rollcall.core.MemberState;
import io.rollcall.core.Status;
import io.rollcall.core.VisibleText;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The parts of the page that no view changes. */
final class PageParts {
  /** Of the journal; the rest is a request away. */
  private static final int EVENTS = 50;

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private PageParts() {}

  static PageView.Headline headline(Status status) {
    BalancerState state = status.balancer().state();
    String shape =
        switch (state) {
          case IN_SYNC -> "●";
          case CONVERGING -> "◐";
          case HOLDING -> "◆";
          case DEGRADED -> "▲";
        };
    return new PageView.Headline(Words.of(state), shape, VisibleText.of(Sentence.of(status)));
  }

  static PageView.Sources sources(Status status, Instant now) {
    var all = new ArrayList<PageView.Source>();
    all.add(serf(status.serf(), now));
    all.add(haproxy(status.haproxy(), now));
    if (status.mail() != null) {
      all.add(mail(status.mail(), now));
    }
    return new PageView.Sources(List.copyOf(all));
  }

  private static PageView.Source serf(Status.Serf serf, Instant now) {
    String facts =
        "%s members: %s alive, %s failed, %s left; health score %s"
            .formatted(
                Words.of(serf.members()),
                Words.of(serf.alive()),
                Words.of(serf.failed()),
                Words.of(serf.left()),
                Words.of(serf.healthScore()));
    return source("Serf", serf.reachable(), "member list read", serf.lastResyncAt(), now, facts);
  }

  private static PageView.Source haproxy(Status.Haproxy haproxy, Instant now) {
    Long up = haproxy.uptimeSeconds();
    String facts =
        "version %s, pid %s, up %s; %s connections, %s requests/s; %d restarts seen"
            .formatted(
                Words.of(haproxy.version()),
                Words.of(haproxy.pid()),
                up == null ? Words.UNKNOWN : Words.of(Duration.ofSeconds(up)),
                Words.of(haproxy.currentConnections()),
                Words.of(haproxy.requestRate()),
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
    return new PageView.Source(name, answers, word, fresh, at, age(at, now), VisibleText.of(facts));
  }

  /** What does not go is told by the error, as fresh as that is. */
  private static PageView.Source mail(Status.Mail mail, Instant now) {
    Instant sent = mail.lastSentAt();
    Instant failed = mail.lastErrorAt();
    String counts = "%d undelivered, %d dropped".formatted(mail.undelivered(), mail.dropped());
    if (failed == null) {
      String word = sent == null ? "is set up" : "is delivered";
      String fresh = sent == null ? "none sent since the start" : "last accepted";
      return new PageView.Source("Mail", true, word, fresh, sent, age(sent, now), counts);
    }
    String error = VisibleText.of(mail.lastError() + ",");
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
    return at == null ? "" : Words.of(Duration.between(at, now));
  }

  static PageView.PoolHead head(int index, Status.Pool pool) {
    var counts = new ArrayList<PageView.Count>();
    for (MemberState state : MemberState.values()) {
      long count = pool.members().stream().filter(row -> row.state() == state).count();
      if (count > 0) {
        counts.add(new PageView.Count(Words.of(state), MemberParts.shape(state), count));
      }
    }
    Status.Drift drift = pool.drift();
    return new PageView.PoolHead(
        "head" + index,
        pool.backend(),
        Words.path(pool.backend()) + "/release-hold",
        pool.held(),
        Words.of(pool.slots().free()),
        Words.of(pool.slots().total()),
        drift.found() == 0
            ? null
            : "drift: " + drift.found() + " found, " + drift.repaired() + " repaired",
        List.copyOf(counts));
  }

  static PageView.Timeline timeline(List<Status.Event> events) {
    int from = Math.max(0, events.size() - EVENTS);
    return new PageView.Timeline(
        events.subList(from, events.size()).reversed().stream().map(PageParts::event).toList());
  }

  private static PageView.Event event(Status.Event event) {
    return new PageView.Event(
        event.at().toString(),
        CLOCK.format(event.at()),
        VisibleText.of(event.kind()),
        event.member() == null ? "" : VisibleText.of(event.member()),
        VisibleText.of(event.text()),
        event.pool() == null
            ? ""
            : event.slot() == null ? event.pool() : event.pool() + "/" + event.slot(),
        event.tookMicros() == null ? null : Words.took(event.tookMicros()));
  }

  static PageView.Fleet fleet(List<Status.Peer> fleet) {
    return new PageView.Fleet(
        fleet.stream()
            .map(peer ->
                new PageView.Peer(
                    VisibleText.of(peer.name()),
                    Words.of(peer.address()),
                    Words.of(peer.state()),
                    peer.agrees() == null
                        ? "unknown whether it agrees"
                        : peer.agrees() ? "agrees" : "sees other members"))
            .toList());
  }
}
