package io.rollcall.alert;

import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The content of one mail.
 *
 * @param id for the Message-ID: letters, digits and dashes
 * @param replyTo ids of the notifications that reported these incidents first, for the References
 * @param alerts the urgent first, the ends of incidents last
 * @param withheld alerts that were never sent because of the hourly limit
 */
public record Notification(String id, List<String> replyTo, List<Alert> alerts, int withheld) {
  public Notification {
    replyTo = List.copyOf(replyTo);
    alerts = List.copyOf(alerts);
  }

  /** With the times of its alerts converted. */
  public Notification withTimes(UnaryOperator<Instant> convert) {
    return new Notification(
        id, replyTo, alerts.stream().map(alert -> alert.withTimes(convert)).toList(), withheld);
  }
}
