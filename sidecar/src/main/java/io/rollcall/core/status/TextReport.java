package io.rollcall.core.status;

import static io.rollcall.core.status.Format.UNKNOWN;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The status as tables of text: this class decides what they contain, {@link TextRenderer} how they
 * look. All of it may be foreign text.
 *
 * @param summary the first line
 * @param title the sidecar and its version
 */
public record TextReport(String summary, List<Section> sections, String title) {

  /**
   * One table.
   *
   * @param note one line beside the title, may be empty
   * @param rows as many cells in each as there are heads
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

  /** The report of this status, with ages at its instant. */
  public static TextReport of(Status status) {
    Instant now = status.at();
    var sections = new ArrayList<Section>();
    if (!status.balancer().problems().isEmpty()) {
      sections.add(problems(status.balancer().problems(), now));
    }
    for (Status.PoolStatus pool : status.pools()) {
      sections.add(pool(pool, now));
      if (pool.observe()) {
        sections.add(planned(pool));
      }
    }
    sections.add(sources(status, now));
    sections.add(fleet(status.fleet()));
    if (status.mail() != null) {
      sections.add(mail(status.mail(), now));
    }
    sections.add(events(status.events()));
    Status.Balancer balancer = status.balancer();
    return new TextReport(
        Summary.of(status),
        sections,
        "Rollcall %s on %s; %s"
            .formatted(balancer.version(), Format.value(balancer.name()), Format.LEGEND));
  }

  private static Section problems(List<StatusProblem> problems, Instant now) {
    return new Section(
        "What to do next",
        "",
        List.of("severity", "pool", "problem", "for", "command", "help"),
        problems.stream()
            .map(problem ->
                List.of(
                    Format.name(problem.severity()),
                    problem.pool() == null ? "" : problem.pool(),
                    problem.title(),
                    Format.age(problem.since(), now),
                    problem.command(),
                    problem.help()))
            .toList());
  }

  private static Section pool(Status.PoolStatus pool, Instant now) {
    Status.SlotCounts slots = pool.slots();
    String note =
        "%s of %s slots free; drift: %d found, %d repaired"
            .formatted(
                Format.value(slots.free()),
                Format.value(slots.total()),
                pool.drift().found(),
                pool.drift().repaired());
    return new Section(
        "Pool " + pool.backend(),
        (pool.observe() ? "only observed, nothing is sent; " : "")
            + (pool.held() ? "removals held; " + note : note),
        MEMBER,
        pool.members().stream().map(row -> member(row, now)).toList());
  }

  private static List<String> member(Status.MemberRow row, Instant now) {
    Status.SessionCounts sessions = row.sessions();
    return List.of(
        row.name(),
        Format.address(row.address(), row.port()),
        row.slot() == null ? "none" : row.slot(),
        Format.name(row.state()) + (row.held() ? ", held" : ""),
        Format.age(row.since(), now),
        row.why() + (row.intent() == null ? "" : "; intent: " + row.intent()),
        Format.name(row.gossip()),
        Format.value(row.check()),
        "%s/%s/%s"
            .formatted(
                Format.value(sessions.sticky()),
                Format.value(sessions.current()),
                Format.value(sessions.total())),
        Format.value(row.requestRate()),
        Format.value(row.errors()),
        Format.value(row.weight()),
        Format.tags(row));
  }

  private static Section sources(Status status, Instant now) {
    Status.SerfStatus serf = status.serf();
    Status.HaproxyStatus haproxy = status.haproxy();
    return new Section(
        "Sources",
        "sidecar started " + ago(status.balancer().startedAt(), now),
        List.of("source", "reachable", "last read", "last event", "details"),
        List.of(
            List.of(
                "Serf",
                yesOrNo(serf.reachable()),
                ago(serf.lastResyncAt(), now),
                ago(serf.lastEventAt(), now),
                details(serf)),
            List.of(
                "HAProxy",
                yesOrNo(haproxy.reachable()),
                ago(haproxy.lastReadAt(), now),
                "",
                details(haproxy))));
  }

  /** The figures of the agent, for page and text. */
  public static String details(Status.SerfStatus serf) {
    return "%s members: %s alive, %s failed, %s left; health score %s%s%s"
        .formatted(
            Format.value(serf.members()),
            Format.value(serf.alive()),
            Format.value(serf.failed()),
            Format.value(serf.left()),
            Format.value(serf.healthScore()),
            Boolean.FALSE.equals(serf.encrypted()) ? "; gossip is not encrypted" : "",
            Boolean.FALSE.equals(serf.rpcKey()) ? "; the RPC has no key" : "");
  }

  /** The figures of the HAProxy process, for page and text. */
  public static String details(Status.HaproxyStatus haproxy) {
    Long up = haproxy.uptimeSeconds();
    String old =
        haproxy.oldWorkers().isEmpty()
            ? ""
            : "; old processes still run: "
                + haproxy.oldWorkers().stream()
                    .map(String::valueOf)
                    .collect(Collectors.joining(", "));
    return "version %s, pid %s, up %s; %s connections, %s requests/s; restarts: %d%s"
        .formatted(
            Format.value(haproxy.version()),
            Format.value(haproxy.pid()),
            up == null ? UNKNOWN : Format.age(Duration.ofSeconds(up)),
            Format.value(haproxy.currentConnections()),
            Format.value(haproxy.requestRate()),
            haproxy.restartsSeen(),
            old);
  }

  private static Section planned(Status.PoolStatus pool) {
    return new Section(
        "Planned for " + pool.backend(),
        pool.planned().isEmpty() ? "nothing" : "what would be done now",
        List.of("change"),
        pool.planned().stream().map(List::of).toList());
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
                    Format.value(peer.address()),
                    Format.name(peer.state()),
                    peer.agrees() == null ? UNKNOWN : yesOrNo(peer.agrees())))
            .toList());
  }

  private static Section mail(Status.MailStatus mail, Instant now) {
    return new Section(
        "Mail",
        mail.undelivered() + " undelivered, " + mail.dropped() + " dropped",
        List.of("last accepted", "last error"),
        List.of(
            List.of(
                mail.lastSentAt() == null ? "none since the start" : ago(mail.lastSentAt(), now),
                mail.lastError() == null
                    ? "none"
                    : ago(mail.lastErrorAt(), now) + ": " + mail.lastError())));
  }

  private static Section events(List<Status.EventRecord> events) {
    return new Section(
        "Events",
        events.isEmpty() ? "none yet" : "newest first",
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
        event.tookMicros() == null ? "" : Format.micros(event.tookMicros()),
        event.text());
  }

  private static String slot(@Nullable String pool, @Nullable String slot) {
    String backend = pool == null ? "" : pool;
    return slot == null ? backend : backend + "/" + slot;
  }

  private static String yesOrNo(boolean value) {
    return value ? "yes" : "no";
  }

  private static String ago(@Nullable Instant at, Instant now) {
    return at == null ? UNKNOWN : Format.age(at, now) + " ago";
  }
}
