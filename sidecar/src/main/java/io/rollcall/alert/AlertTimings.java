package io.rollcall.alert;

import java.time.Duration;

/**
 * How patient the alerts are.
 *
 * @param delays of this many times what the {@link AlertKind} says
 * @param settle how long a trouble has to be over before its recovery is told
 * @param quiet after a mail: its subject is told anew only if it fails for {@code patience}, or
 *     flaps, and has three mails at most within this time
 * @param patience the delay within the quiet period; the urgent have their own there too
 * @param falls how many times it fails within {@code recently} to be called flapping
 * @param recently how long a fall counts
 * @param calm how long what flaps has to be well before that is told
 * @param digest how long an alert waits for others to come along
 * @param perHour mails within an hour; urgent ones come on top
 */
public record AlertTimings(
    double delays,
    Duration settle,
    Duration quiet,
    Duration patience,
    int falls,
    Duration recently,
    Duration calm,
    Duration digest,
    int perHour) {
  public static final Duration HOUR = Duration.ofHours(1);

  /** As it is in operation. */
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
    return Duration.ofMillis((long) (kind.delay().toMillis() * delays));
  }

  Duration quietDelay(AlertKind kind) {
    return kind.urgent() ? delay(kind) : patience;
  }
}
