package io.rollcall.core.status;

import io.rollcall.core.model.EventKind.Severity;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is not as it should be, with what a person does next. Its texts are foreign text.
 *
 * @param severity {@code WARNING} or {@code CRITICAL}
 * @param pool the backend, null if it does not concern one
 * @param members the members that it concerns, those it has lasted longest for first
 * @param title what is wrong, in a few words: {@code s2 down}
 * @param detail the cause as far as it is known: {@code L4CON}; may be empty
 * @param since when it began
 * @param command to run next
 * @param help the address of its section of the documentation, on the sidecar
 */
public record StatusProblem(
    ReasonCode reason,
    Severity severity,
    @Nullable String pool,
    List<String> members,
    String title,
    String detail,
    Instant since,
    String command,
    String help) {
  public StatusProblem {
    members = List.copyOf(members);
  }

  /** A problem that does not concern a pool. */
  static StatusProblem ofBalancer(ReasonCode reason, String detail, Instant since) {
    return new StatusProblem(
        reason,
        reason.severity(),
        null,
        List.of(),
        reason.meaning(),
        detail,
        since,
        NextStep.of(reason, null, null),
        reason.help());
  }

  /** A problem of a pool as a whole. */
  static StatusProblem ofPool(ReasonCode reason, String pool, String title, Instant since) {
    return new StatusProblem(
        reason,
        reason.severity(),
        pool,
        List.of(),
        title,
        "",
        since,
        NextStep.of(reason, pool, null),
        reason.help());
  }

  /** A complete sentence without times, so that it stays the same while the problem lasts. */
  String sentence() {
    String place = pool == null ? "" : pool + ": ";
    return place + title + (detail.isEmpty() ? "" : " (" + detail + ")");
  }
}
