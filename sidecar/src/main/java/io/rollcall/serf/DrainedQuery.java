package io.rollcall.serf;

import io.rollcall.core.control.DrainAnswer;
import io.rollcall.core.model.Announcement;
import org.jspecify.annotations.Nullable;

/**
 * The query {@code rollcall-drained}, by which a backend asks every balancer whether it may stop.
 * Its payload is {@code NAME TAB BOOT}; without a boot it concerns any run of the member.
 */
final class DrainedQuery {
  static final String NAME = "rollcall-drained";

  private static final String UNKNOWN = "?";

  private DrainedQuery() {}

  /**
   * The run of a member that a payload names. Any text is accepted: no slot matches a wrong one.
   */
  static Announcement.Incarnation incarnation(String payload) {
    String[] fields = payload.strip().split("\t", -1);
    return new Announcement.Incarnation(fields[0], fields.length < 2 ? "" : fields[1]);
  }

  /**
   * {@code drained}, or {@code draining SESSIONS REQUESTS} with {@code ?} for an unknown number.
   */
  static String text(DrainAnswer answer) {
    return switch (answer) {
      case DrainAnswer.Drained _ -> "drained";
      case DrainAnswer.InUse(Integer sessions, Integer requests) ->
          "draining " + number(sessions) + " " + number(requests);
    };
  }

  private static String number(@Nullable Integer number) {
    return number == null ? UNKNOWN : number.toString();
  }
}
