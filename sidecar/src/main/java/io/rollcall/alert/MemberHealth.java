package io.rollcall.alert;

import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.status.Status.MemberRow;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether a member fails. A crash is a failure; a planned leave, and what an operator took out of
 * service, is not.
 */
final class MemberHealth {
  private static final Duration STARTUP = Duration.ofMinutes(1);

  private MemberHealth() {}

  /** Null if it does not fail: it serves, starts, or was taken out of service on purpose. */
  static @Nullable Finding finding(MemberRow row, Instant now) {
    return switch (row.state()) {
      case DOWN ->
          crashed(row)
              ? new Finding("failed", "failed in gossip, check " + check(row))
              : new Finding("down", row.check() == null ? row.why() : row.check());
      case SUSPECT -> new Finding("suspect", "failed in gossip, check still passes");
      case FAILED -> new Finding("failed", row.why());
      case DRAINING ->
          crashed(row) && row.intent() == null ? new Finding("failed", row.why()) : null;
      case JOINING -> {
        if (crashed(row)) {
          yield new Finding("failed", "failed in gossip while joining");
        }
        yield starting(row, now)
            ? null
            : new Finding(
                "not ready",
                "joining since %s, check %s"
                    .formatted(row.since().truncatedTo(ChronoUnit.SECONDS), check(row)));
      }
      case SERVING, WAITING, MAINT, PARKED, REFUSED, UNKNOWN, UNMANAGED -> null;
    };
  }

  /** The state of a member that does not fail. */
  static Resolution resolution(MemberRow row) {
    return switch (row.state()) {
      case SERVING -> Resolution.recovered("serving");
      case DOWN -> Resolution.outOfService("down");
      case SUSPECT -> Resolution.outOfService("suspect");
      case JOINING -> Resolution.outOfService("joining");
      case WAITING ->
          Resolution.outOfService(row.reason() == null ? "waiting" : "waiting for a slot");
      case REFUSED -> Resolution.outOfService("refused");
      case FAILED -> Resolution.outOfService("failed");
      case UNKNOWN -> Resolution.outOfService("unknown");
      case UNMANAGED -> Resolution.outOfService("unmanaged");
      case MAINT -> Resolution.outOfService("in maintenance");
      case DRAINING ->
          Resolution.outOfService(
              row.intent() == null ? "leaving as planned" : "draining by operator");
      case PARKED ->
          Resolution.outOfService(row.intent() == null ? "left as planned" : "drained by operator");
    };
  }

  /** It fails, and served before as far as can be told. */
  static boolean servedBefore(MemberRow row, Instant now) {
    return row.state() != MemberState.JOINING && finding(row, now) != null;
  }

  /** It is about to serve for the first time as far as can be told. */
  static boolean starting(MemberRow row, Instant now) {
    return switch (row.state()) {
      case JOINING, WAITING -> row.since().plus(STARTUP).isAfter(now);
      case REFUSED, UNMANAGED -> true;
      case SERVING, SUSPECT, DOWN, DRAINING, PARKED, FAILED, MAINT, UNKNOWN -> false;
    };
  }

  private static boolean crashed(MemberRow row) {
    return row.gossip() == MemberStatus.FAILED;
  }

  private static String check(MemberRow row) {
    return row.check() == null ? "unknown" : row.check();
  }
}
