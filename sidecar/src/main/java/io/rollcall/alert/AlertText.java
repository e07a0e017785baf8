package io.rollcall.alert;

import io.rollcall.core.Component;
import io.rollcall.core.DurationFormat;
import io.rollcall.core.Sanitizer;
import io.rollcall.core.status.Format;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An alert in words, on one line each. Foreign text in it is made safe to show. */
public final class AlertText {
  /** Fewer failures are not what people call flapping. */
  private static final int FLAPPING = 3;

  private static final int MAX_NAME = 60;
  private static final int MAX_CAUSE = 300;

  private AlertText() {}

  /** What and how: {@code nodes/s1 down}, {@code nodes: no server up (urgent)}. */
  public static String brief(Alert alert) {
    String text = subject(alert.key()) + (ofPool(alert.key().kind()) ? ": " : " ") + state(alert);
    return alert.urgent() ? text + " (urgent)" : text;
  }

  /** With the cause or how long it lasted: {@code HAProxy recovered after 1 min 25 s}. */
  public static String summary(Alert alert) {
    return brief(alert)
        + switch (alert.type()) {
          case FAILED -> ": " + cause(alert, MAX_NAME);
          case FLAPPING -> ": " + (alert.failures() == 1 ? cause(alert, MAX_NAME) : often(alert));
          case RECOVERED -> recoveredAfter(alert);
          case STABLE, OUT_OF_SERVICE -> " (" + often(alert) + ")";
        };
  }

  /** All that is known of it, with times. */
  public static String detail(Alert alert) {
    String cause = cause(alert, MAX_CAUSE);
    String since = time(alert.since());
    return switch (alert.type()) {
      case FAILED -> "%s since %s: %s".formatted(brief(alert), since, cause);
      case FLAPPING ->
          "%s: %s, since %s, most recently: %s. The next notification follows when it is stable."
              .formatted(brief(alert), often(alert), since, cause);
      case RECOVERED ->
          "%s, now: %s. It began at %s: %s".formatted(summary(alert), alert.state(), since, cause);
      case STABLE ->
          "%s, now: %s. It began at %s, most recently: %s"
              .formatted(summary(alert), alert.state(), since, cause);
      case OUT_OF_SERVICE -> "%s. It began at %s: %s".formatted(summary(alert), since, cause);
    };
  }

  /** A time as it is shown to people: whole seconds, UTC. */
  public static String time(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String state(Alert alert) {
    return switch (alert.type()) {
      case FAILED, OUT_OF_SERVICE -> alert.state();
      case FLAPPING -> {
        if (alert.failures() < FLAPPING) {
          yield alert.state() + " again"; // it fails steadily, soon after another incident
        }
        yield ofPool(alert.key().kind()) ? alert.state() + " repeatedly" : "flapping";
      }
      case RECOVERED -> recovered(alert.key().kind());
      case STABLE -> ofPool(alert.key().kind()) ? recovered(alert.key().kind()) : "stable";
    };
  }

  private static String recovered(AlertKind kind) {
    return switch (kind) {
      case NO_SERVER_UP -> "server up again";
      case LOW_CAPACITY -> "capacity restored";
      case REMOVALS_HELD -> "removals no longer held";
      case NO_FREE_SLOT -> "no member waits for a slot";
      case DRIFT -> "drift stopped";
      case MEMBER, COMPONENT -> "recovered";
    };
  }

  private static String recoveredAfter(Alert alert) {
    return switch (alert.key().kind()) {
      case REMOVALS_HELD -> " (held for " + lasted(alert) + ")";
      case NO_FREE_SLOT -> " (waited for " + lasted(alert) + ")";
      case NO_SERVER_UP, LOW_CAPACITY, MEMBER, DRIFT, COMPONENT -> " after " + lasted(alert);
    };
  }

  private static String often(Alert alert) {
    String failed = ofPool(alert.key().kind()) ? "" : "failed ";
    return alert.failures() == 1
        ? failed + "for " + lasted(alert)
        : failed + "%d times in %s".formatted(alert.failures(), lasted(alert));
  }

  private static String lasted(Alert alert) {
    return DurationFormat.text(Duration.between(alert.since(), alert.until()));
  }

  private static String cause(Alert alert, int max) {
    return Sanitizer.line(alert.cause(), max);
  }

  private static boolean ofPool(AlertKind kind) {
    return switch (kind) {
      case NO_SERVER_UP, LOW_CAPACITY, REMOVALS_HELD, NO_FREE_SLOT, DRIFT -> true;
      case MEMBER, COMPONENT -> false;
    };
  }

  private static String subject(AlertKey key) {
    String pool = line(key.pool());
    return switch (key.kind()) {
      case NO_SERVER_UP, LOW_CAPACITY, REMOVALS_HELD, NO_FREE_SLOT, DRIFT -> pool;
      case MEMBER -> pool + "/" + line(key.name());
      case COMPONENT -> component(line(key.name()));
    };
  }

  private static String line(@Nullable String name) {
    return name == null ? Format.UNKNOWN : Sanitizer.line(name, MAX_NAME);
  }

  /** {@code HAProxy}, {@code state file}; a name of another version as it is. */
  private static String component(String name) {
    if (name.equals(Component.HAPROXY.name())) {
      return "HAProxy";
    }
    if (name.equals(Component.SERF.name())) {
      return "Serf";
    }
    return name.toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
