package io.rollcall.alert;

import java.util.List;

/**
 * What goes into one mail.
 *
 * @param id its own, for the Message-ID: letters, digits and dashes
 * @param replies ids of the letters that began the incidents told of here, for the References
 * @param alerts the urgent first
 * @param withheld alerts that were never told because of the cap
 */
public record Notification(String id, List<String> replies, List<Alert> alerts, int withheld) {
  public Notification {
    replies = List.copyOf(replies);
    alerts = List.copyOf(alerts);
  }
}
