package io.rollcall.alert;

import java.time.Duration;

/**
 * Delays and limits of alerts.
 *
 * @param delayFactor multiplies {@link AlertKind#delay}; 1 in production
 * @param recoveryDelay how long a failure must be over before its recovery is notified
 * @param quietPeriod after a notification the same key is notified again only if it fails for
 *     {@code quietDelay} or flaps; it has three notifications at most within this time
 * @param quietDelay the delay within the quiet period; urgent kinds keep their own
 * @param flappingThreshold failures within {@code flappingWindow} that count as flapping
 * @param flappingWindow how long a failure counts
 * @param stableAfter how long a flapping key must be healthy to count as stable
 * @param digestDelay how long an alert waits for others to share its notification
 * @param maxPerHour notifications within an hour; urgent ones are not limited
 */
public record AlertTimings(
    double delayFactor,
    Duration recoveryDelay,
    Duration quietPeriod,
    Duration quietDelay,
    int flappingThreshold,
    Duration flappingWindow,
    Duration stableAfter,
    Duration digestDelay,
    int maxPerHour) {
  static final Duration HOUR = Duration.ofHours(1);

  /** The values of production. */
  public static final AlertTimings STANDARD =
      new AlertTimings(
          1,
          Duration.ofSeconds(15),
          HOUR,
          Duration.ofMinutes(1),
          3,
          Duration.ofMinutes(10),
          Duration.ofMinutes(10),
          Duration.ofSeconds(3),
          20);

  Duration delay(AlertKind kind) {
    return Duration.ofMillis((long) (kind.delay().toMillis() * delayFactor));
  }

  Duration quietDelay(AlertKind kind) {
    return kind.urgent() ? delay(kind) : quietDelay;
  }
}
