package io.rollcall.status;

import static io.rollcall.status.Words.UNKNOWN;

import io.rollcall.core.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The status as a person reads it, for the page and the text alike: what stands in it is decided
 * here, how it looks there. All of it may be foreign text.
 *
 * @param state the balancer's, one word
 */
record Report(String title, String state, String sentence, List<Section> sections) {

  /**
   * A table.
   *
   * @param note one line on it, may be empty
   * @param rows each with a cell per head
   */
  record Section(String title, String note, List<String> heads, List<List<String>> rows) {}

  private static final List<String> MEMBER =
      List.of(
          "name",
          "address",
          "slot",
          "state",
          "since",
          "why",
          "gossip",
          "check",
          "sessions (sticky/now/total)",
          "req/s",
          "errors",
          "weight",
          "tags");

  static Report of(Status status, Instant now) {
    var sections = new ArrayList<Section>();
    status.pools().forEach(pool -> sections.add(pool(pool, now)));
    sections.add(sources(status, now));
    sections.add(fleet(status.fleet()));
    if (status.mail() != null) {
      sections.add(mail(status.mail(), now));
    }
    sections.add(events(status.events()));
    Status.Balancer balancer = status.balancer();
    return new Report(
        "Rollcall " + balancer.version() + " on " + Words.of(balancer.name()),
        Words.of(balancer.state()),
        Sentence.of(status),
        sections);
  }

  private static Section pool(Status.Pool pool, Instant now) {
    Status.Slots slots = pool.slots();
    return new Section(
        "Pool " + pool.backend() + (pool.held() ? ", a removal is held" : ""),
        Words.of(slots.free())
            + " of "
            + Words.of(slots.total())
            + " slots free; drift "
            + pool.drift().found()
            + " found, "
            + pool.drift().repaired()
            + " repaired",
        MEMBER,
        pool.members().stream().map(row -> member(row, now)).toList());
  }

  private static List<String> member(Status.Row row, Instant now) {
    Status.Sessions sessions = row.sessions();
    return List.of(
        row.name(),
        Words.address(row.address(), row.port()),
        row.slot() == null ? "none" : row.slot(),
        Words.of(row.state()) + (row.held() ? ", held" : ""),
        age(row.since(), now),
        row.why() + (row.intent() == null ? "" : "; intent: " + row.intent()),
        Words.of(row.gossip()),
        Words.of(row.check()),
        Words.of(sessions.sticky())
            + "/"
            + Words.of(sessions.current())
            + "/"
            + Words.of(sessions.total()),
        Words.of(row.requestRate()),
        Words.of(row.errors()),
        Words.of(row.weight()),
        Words.tags(row));
  }

  private static Section sources(Status status, Instant now) {
    Status.Serf serf = status.serf();
    Status.Haproxy haproxy = status.haproxy();
    return new Section(
        "Sources",
        "sidecar up " + age(status.balancer().startedAt(), now),
        List.of("source", "answers", "last read", "last event", "facts"),
        List.of(
            List.of(
                "Serf",
                serf.reachable() ? "yes" : "no",
                ago(serf.lastResyncAt(), now),
                ago(serf.lastEventAt(), now),
                Words.of(serf.members())
                    + " members: "
                    + Words.of(serf.alive())
                    + " alive, "
                    + Words.of(serf.failed())
                    + " failed, "
                    + Words.of(serf.left())
                    + " left; health score "
                    + Words.of(serf.healthScore())),
            List.of(
                "HAProxy",
                haproxy.reachable() ? "yes" : "no",
                ago(haproxy.lastReadAt(), now),
                "",
                "version "
                    + Words.of(haproxy.version())
                    + ", pid "
                    + Words.of(haproxy.pid())
                    + ", up "
                    + uptime(haproxy.uptimeSeconds())
                    + ", "
                    + Words.of(haproxy.currentConnections())
                    + " connections, "
                    + Words.of(haproxy.requestRate())
                    + " req/s, "
                    + haproxy.restartsSeen()
                    + " restarts seen")));
  }

  private static Section fleet(List<Status.Peer> fleet) {
    return new Section(
        "Other balancers",
        fleet.isEmpty() ? "none" : "",
        List.of("name", "address", "gossip", "agrees"),
        fleet.stream()
            .map(peer ->
                List.of(
                    peer.name(),
                    Words.of(peer.address()),
                    Words.of(peer.state()),
                    peer.agrees() == null ? UNKNOWN : peer.agrees() ? "yes" : "no"))
            .toList());
  }

  private static Section mail(Status.Mail mail, Instant now) {
    return new Section(
        "Mail",
        mail.undelivered() + " undelivered",
        List.of("last accepted", "last error", "dropped"),
        List.of(
            List.of(
                ago(mail.lastSentAt(), now),
                mail.lastError() == null
                    ? "none"
                    : ago(mail.lastErrorAt(), now) + ": " + mail.lastError(),
                String.valueOf(mail.dropped()))));
  }

  private static Section events(List<Status.Event> events) {
    return new Section(
        "Events",
        events.isEmpty() ? "none yet" : "the newest first",
        List.of("id", "at", "kind", "member", "slot", "took", "text"),
        events.reversed().stream().map(Report::event).toList());
  }

  private static List<String> event(Status.Event event) {
    return List.of(
        String.valueOf(event.id()),
        event.at().toString(),
        event.kind(),
        event.member() == null ? "" : event.member(),
        slot(event.pool(), event.slot()),
        event.tookMicros() == null ? "" : event.tookMicros() + " µs",
        event.text());
  }

  private static String slot(@Nullable String pool, @Nullable String slot) {
    String backend = pool == null ? "" : pool;
    return slot == null ? backend : backend + "/" + slot;
  }

  private static String uptime(@Nullable Long seconds) {
    return seconds == null ? UNKNOWN : Words.of(Duration.ofSeconds(seconds));
  }

  private static String age(Instant since, Instant now) {
    return Words.of(Duration.between(since, now));
  }

  private static String ago(@Nullable Instant at, Instant now) {
    return at == null ? UNKNOWN : age(at, now) + " ago";
  }
}
