package io.rollcall.core.status;

import io.rollcall.core.model.EventKind.Severity;
import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The first line of the page and of the text: {@code warning: nodes: 1 of 2 up, s2 down (L4CON, 12
 * s)}. What is wrong comes first, and once. Contains foreign text.
 */
public final class Summary {
  private final Status status;
  private final List<SummaryPart> parts = new ArrayList<>();
  private int clauses;

  /**
   * A piece of the line.
   *
   * @param since if not null, the age of this instant follows the text
   */
  public record SummaryPart(String text, @Nullable Instant since) {}

  private Summary(Status status) {
    this.status = status;
  }

  /** The line for this status. */
  public static String of(Status status) {
    return parts(status).stream()
        .map(part ->
            part.since() == null
                ? part.text()
                : part.text() + Format.age(part.since(), status.at()))
        .collect(Collectors.joining());
  }

  /** The line in pieces, so that a page can count the ages by itself. */
  public static List<SummaryPart> parts(Status status) {
    var summary = new Summary(status);
    summary.build();
    return summary.parts;
  }

  private void build() {
    HealthStatus health = status.balancer().health();
    if (health != HealthStatus.OK) {
      add(Format.name(health) + ": ");
    } else if (status.balancer().state() != BalancerState.IN_SYNC) {
      add(Format.name(status.balancer().state()) + ": ");
    }
    own(Severity.CRITICAL);
    unknown(false);
    List<Status.PoolStatus> known =
        status.pools().stream()
            .filter(Status.PoolStatus::known)
            .sorted(Comparator.comparingInt(this::rank))
            .toList();
    known.stream().filter(pool -> rank(pool) == 0).forEach(this::pool);
    own(Severity.WARNING);
    unknown(true);
    known.stream().filter(pool -> rank(pool) > 0).forEach(this::pool);
  }

  /** The problems of the balancer itself; that HAProxy is unreachable is said with the pools. */
  private void own(Severity severity) {
    boolean said = status.pools().stream().anyMatch(pool -> !pool.known());
    problems(null).stream()
        .filter(problem -> problem.severity() == severity)
        .filter(problem -> !(said && problem.reason() == ReasonCode.HAPROXY_UNREACHABLE))
        .forEach(
            problem -> clause(problem.detail().isEmpty() ? problem.title() : problem.detail()));
  }

  /**
   * The pools that could not be read: critical where HAProxy is unreachable, else a consequence.
   */
  private void unknown(boolean reachable) {
    if (status.haproxy().reachable() != reachable) {
      return;
    }
    String names =
        status.pools().stream()
            .filter(pool -> !pool.known())
            .map(Status.PoolStatus::backend)
            .collect(Collectors.joining(", "));
    if (!names.isEmpty()) {
      clause(names + ": status unknown (" + whyUnknown() + ")");
    }
  }

  /** The pools in trouble first, those in which everybody serves last. */
  private int rank(Status.PoolStatus pool) {
    List<StatusProblem> problems = problems(pool.backend());
    return switch (HealthStatus.of(problems)) {
      case CRITICAL -> 0;
      case WARNING -> 1;
      case OK -> present(pool).stream().allMatch(row -> row.state().serves()) ? 3 : 2;
    };
  }

  private List<StatusProblem> problems(@Nullable String pool) {
    return status.balancer().problems().stream()
        .filter(problem -> pool == null ? problem.pool() == null : pool.equals(problem.pool()))
        .toList();
  }

  private String whyUnknown() {
    if (status.haproxy().reachable()) {
      return "not read from HAProxy";
    }
    String cause =
        problems(null).stream()
            .filter(problem -> problem.reason() == ReasonCode.HAPROXY_UNREACHABLE)
            .map(problem -> ": " + problem.detail())
            .findFirst()
            .orElse("");
    Instant read = status.haproxy().lastReadAt();
    String since = read == null ? "" : " since " + Format.clock(read) + " UTC";
    return "HAProxy unreachable" + since + cause;
  }

  private void pool(Status.PoolStatus pool) {
    List<Status.MemberRow> members = present(pool);
    if (members.isEmpty()) {
      clause(pool.backend() + ": no members");
      return;
    }
    long up = members.stream().filter(row -> row.state().serves()).count();
    String observed = pool.observe() ? "only observed, " : "";
    clause("%s: %s%d of %d up".formatted(pool.backend(), observed, up, members.size()));
    for (StatusProblem problem : problems(pool.backend())) {
      if (problem.reason() == ReasonCode.POOL_MISCONFIGURED) {
        add(", " + problem.title());
      }
      if (!problem.members().isEmpty()) {
        String check = problem.reason() == ReasonCode.MEMBER_DOWN ? problem.detail() + ", " : "";
        aged(problem.title() + " (" + check, problem.since());
      }
    }
    for (MemberState state : MemberState.values()) {
      List<Status.MemberRow> rows =
          members.stream()
              .filter(row ->
                  row.state() == state && state != MemberState.SERVING && row.reason() == null)
              .toList();
      if (!rows.isEmpty()) {
        aged(PoolProblems.names(rows) + " " + Format.name(state) + " (", rows.getFirst().since());
      }
    }
  }

  private void clause(String text) {
    add(clauses++ == 0 ? text : "; " + text);
  }

  private void add(String text) {
    parts.add(new SummaryPart(text, null));
  }

  private void aged(String text, Instant since) {
    parts.add(new SummaryPart(", " + text, since));
    add(")");
  }

  /** The members that are here or should be; a parked member that has left is not counted. */
  private static List<Status.MemberRow> present(Status.PoolStatus pool) {
    return PoolStatusBuilder.managed(pool).stream()
        .filter(row -> row.state() != MemberState.PARKED || row.gossip() == MemberStatus.ALIVE)
        .toList();
  }
}
