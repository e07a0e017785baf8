package io.rollcall.core.status;

import io.rollcall.core.model.EventKind.Severity;
import java.util.Collection;

/** How well the balancer does its work, best first. */
public enum HealthStatus {
  /** Every member that should serve does. */
  OK,
  /** Something that should work does not, or a member that should serve does not. */
  WARNING,
  /** Visitors are affected, or may be: a pool has no member up, or HAProxy is unreachable. */
  CRITICAL;

  /** The worst of these. */
  public static HealthStatus of(Collection<StatusProblem> problems) {
    if (problems.isEmpty()) {
      return OK;
    }
    return problems.stream().anyMatch(problem -> problem.severity() == Severity.CRITICAL)
        ? CRITICAL
        : WARNING;
  }
}
