package io.rollcall.alert;

import java.time.Instant;
import java.util.function.UnaryOperator;

/**
 * One message about one incident. An incident begins with {@code FAILED} or {@code FLAPPING} and
 * ends with exactly one of the others.
 *
 * @param incidentId names the thread of its notifications; letters, digits and dashes
 * @param state in a few words: how it fails, or what it is now that the incident is over
 * @param cause of its last failure; foreign text
 * @param since start of the incident
 * @param until end of the incident; now while it lasts
 * @param failures how many times it failed, at least 1
 */
public record Alert(
    String incidentId,
    AlertKey key,
    AlertType type,
    String state,
    String cause,
    Instant since,
    Instant until,
    int failures) {

  /** What happened. */
  public enum AlertType {
    FAILED,
    /** It fails again and again; the next alert follows when it is stable. */
    FLAPPING,
    RECOVERED,
    /** It was flapping and has recovered for a while. */
    STABLE,
    /** It no longer fails because it left or was removed, not because it recovered. */
    OUT_OF_SERVICE;

    /** The incident is over. */
    public boolean ends() {
      return switch (this) {
        case FAILED, FLAPPING -> false;
        case RECOVERED, STABLE, OUT_OF_SERVICE -> true;
      };
    }
  }

  /** Waits neither for a digest nor for the hourly limit. */
  public boolean urgent() {
    return key.kind().urgent() && !type.ends();
  }

  Alert withTimes(UnaryOperator<Instant> convert) {
    return new Alert(
        incidentId, key, type, state, cause, convert.apply(since), convert.apply(until), failures);
  }
}
