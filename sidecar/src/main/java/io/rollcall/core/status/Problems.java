package io.rollcall.core.status;

import io.rollcall.core.Component;
import io.rollcall.core.control.Health;
import io.rollcall.core.model.ConfigurationFinding;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.MemberState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;

/** Everything that is not as it should be: components, then pools. */
final class Problems {
  /** States that a pool passes through while it converges. */
  private static final List<MemberState> PASSING =
      List.of(MemberState.JOINING, MemberState.DRAINING);

  private Problems() {}

  /**
   * The problems, the worst first.
   *
   * @param findings what is wrong with HAProxy's configuration
   * @param listRead the member list could be read
   * @param startedAt of the sidecar, for what has been unknown since then
   * @param shown converts a steady time to the wall clock's
   */
  static List<StatusProblem> of(
      Health health,
      List<ConfigurationFinding> findings,
      List<Status.PoolStatus> pools,
      boolean listRead,
      Instant startedAt,
      UnaryOperator<Instant> shown) {
    var problems = new ArrayList<StatusProblem>();
    health
        .outages()
        .forEach((component, outage) ->
            problems.add(
                StatusProblem.ofBalancer(
                    reason(component), outage.line(), shown.apply(outage.since()))));
    findings.stream()
        .filter(PoolConfiguration::degrades)
        .map(finding -> problem(finding, startedAt))
        .forEach(problems::add);
    boolean explained =
        health.line(Component.HAPROXY) != null || health.line(Component.POOLS) != null;
    boolean alone = NextStep.alone(pools, listRead);
    for (Status.PoolStatus pool : pools) {
      if (!pool.known() && !explained) {
        problems.add(
            StatusProblem.ofPool(
                ReasonCode.STATUS_UNKNOWN, pool.backend(), "status unknown", startedAt));
      }
      problems.addAll(PoolProblems.of(pool, alone, startedAt));
    }
    problems.sort(Comparator.comparing(StatusProblem::severity).reversed());
    return List.copyOf(problems);
  }

  /** Where requests reach nobody, visitors are affected. */
  private static StatusProblem problem(ConfigurationFinding finding, Instant since) {
    ReasonCode reason = ReasonCode.POOL_MISCONFIGURED;
    boolean unreached = finding.fault() == ConfigurationFinding.Fault.UNPUBLISHED;
    return new StatusProblem(
        reason,
        unreached ? EventKind.Severity.CRITICAL : reason.severity(),
        finding.pool(),
        List.of(),
        finding.text(),
        "",
        since,
        NextStep.of(reason, finding.pool(), null),
        reason.help());
  }

  /**
   * Why the balancer is not in sync, a sentence each: the problems, what works less well than it
   * could, and what is on its way.
   */
  static List<String> reasons(
      List<StatusProblem> problems,
      List<ConfigurationFinding> findings,
      List<Status.PoolStatus> pools) {
    var reasons = new ArrayList<String>();
    for (StatusProblem problem : problems) {
      boolean line = problem.pool() == null && !problem.detail().isEmpty();
      reasons.add(line ? problem.detail() : problem.sentence());
    }
    findings.stream()
        .filter(finding -> !PoolConfiguration.degrades(finding))
        .map(PoolConfiguration::sentence)
        .forEach(reasons::add);
    for (Status.PoolStatus pool : pools) {
      for (MemberState state : PASSING) {
        List<Status.MemberRow> rows =
            pool.members().stream()
                .filter(row -> row.state() == state && row.reason() == null)
                .toList();
        if (!rows.isEmpty()) {
          reasons.add(
              "%s: %s %s (%s)"
                  .formatted(
                      pool.backend(),
                      PoolProblems.names(rows),
                      Format.name(state),
                      rows.getFirst().why()));
        }
      }
    }
    return reasons;
  }

  private static ReasonCode reason(Component component) {
    return switch (component) {
      case HAPROXY -> ReasonCode.HAPROXY_UNREACHABLE;
      case POOLS -> ReasonCode.POOL_MISCONFIGURED;
      case PLAN -> ReasonCode.STEP_REFUSED;
      case SERF -> ReasonCode.SERF_UNREACHABLE;
      case PIPE -> ReasonCode.PIPE_UNREADABLE;
      case STATE_FILE -> ReasonCode.STATE_FILE_UNWRITABLE;
      case MEMORY -> ReasonCode.MEMORY_UNWRITABLE;
      case JOURNAL -> ReasonCode.JOURNAL_UNWRITABLE;
      case MAIL -> ReasonCode.MAIL_UNDELIVERED;
    };
  }
}
