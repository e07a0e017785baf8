package io.rollcall.http.page;

import static io.rollcall.core.status.Format.UNKNOWN;

import io.rollcall.core.status.Format;
import io.rollcall.core.status.Status;
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
public record TextReport(String title, String state, String sentence, List<Section> sections) {

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

  public static TextReport of(Status status, Instant now) {
    var sections = new ArrayList<Section>();
    status.pools().forEach(pool -> sections.add(pool(pool, now)));
    sections.add(sources(status, now));
    sections.add(fleet(status.fleet()));
    if (status.mail() != null) {
      sections.add(mail(status.mail(), now));
    }
    sections.add(events(status.events()));
    Status.Balancer balancer = status.balancer();
    return new TextReport(
        "Rollcall " + balancer.version() + " on " + Format.of(balancer.name()),
        Format.of(balancer.state()),
        Summary.of(status),
        sections);
  }

  private static Section pool(Status.PoolStatus pool, Instant now) {
    Status.SlotCounts slots = pool.slots();
    return new Section(
        "Pool " + pool.backend() + (pool.held() ? ", a removal is held" : ""),
        Format.of(slots.free())
            + " of "
            + Format.of(slots.total())
            + " slots free; drift "
            + pool.drift().found()
            + " found, "
            + pool.drift().repaired()
            + " repaired",
        MEMBER,
        pool.members().stream().map(row -> member(row, now)).toList());
  }

  private static List<String> member(Status.MemberRow row, Instant now) {
    Status.SessionCounts sessions = row.sessions();
    return List.of(
        row.name(),
        Format.address(row.address(), row.port()),
        row.slot() == null ? "none" : row.slot(),
        Format.of(row.state()) + (row.held() ? ", held" : ""),
        age(row.since(), now),
        row.why() + (row.intent() == null ? "" : "; intent: " + row.intent()),
        Format.of(row.gossip()),
        Format.of(row.check()),
        Format.of(sessions.sticky())
            + "/"
            + Format.of(sessions.current())
            + "/"
            + Format.of(sessions.total()),
        Format.of(row.requestRate()),
        Format.of(row.errors()),
        Format.of(row.weight()),
        Format.tags(row));
  }

  private static Section sources(Status status, Instant now) {
    Status.SerfStatus serf = status.serf();
    Status.HaproxyStatus haproxy = status.haproxy();
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
                Format.of(serf.members())
                    + " members: "
                    + Format.of(serf.alive())
                    + " alive, "
                    + Format.of(serf.failed())
                    + " failed, "
                    + Format.of(serf.left())
                    + " left; health score "
                    + Format.of(serf.healthScore())),
            List.of(
                "HAProxy",
                haproxy.reachable() ? "yes" : "no",
                ago(haproxy.lastReadAt(), now),
                "",
                "version "
                    + Format.of(haproxy.version())
                    + ", pid "
                    + Format.of(haproxy.pid())
                    + ", up "
                    + uptime(haproxy.uptimeSeconds())
                    + ", "
                    + Format.of(haproxy.currentConnections())
                    + " connections, "
                    + Format.of(haproxy.requestRate())
                    + " req/s, "
                    + haproxy.restartsSeen()
                    + " restarts seen")));
  }

  private static Section fleet(List<Status.PeerBalancer> fleet) {
    return new Section(
        "Other balancers",
        fleet.isEmpty() ? "none" : "",
        List.of("name", "address", "gossip", "agrees"),
        fleet.stream()
            .map(peer ->
                List.of(
                    peer.name(),
                    Format.of(peer.address()),
                    Format.of(peer.state()),
                    peer.agrees() == null ? UNKNOWN : peer.agrees() ? "yes" : "no"))
            .toList());
  }

  private static Section mail(Status.MailStatus mail, Instant now) {
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

  private static Section events(List<Status.EventRecord> events) {
    return new Section(
        "Events",
        events.isEmpty() ? "none yet" : "the newest first",
        List.of("id", "at", "kind", "member", "slot", "took", "text"),
        events.reversed().stream().map(TextReport::event).toList());
  }

  private static List<String> event(Status.EventRecord event) {
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
    return seconds == null ? UNKNOWN : Format.of(Duration.ofSeconds(seconds));
  }

  private static String age(Instant since, Instant now) {
    return Format.of(Duration.between(since, now));
  }

  private static String ago(@Nullable Instant at, Instant now) {
    return at == null ? UNKNOWN : age(at, now) + " ago";
  }
}
