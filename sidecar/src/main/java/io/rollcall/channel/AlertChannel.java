package io.rollcall.channel;

import io.rollcall.alert.Alert;
import io.rollcall.alert.AlertSeverity;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where notifications go, and which alerts.
 *
 * @param url {@code http} or {@code https}; may contain a secret
 * @param secret the key of the signature of a webhook, or PagerDuty's routing key; null for none
 * @param severities empty for all
 * @param pools backends; empty for all. An alert that concerns no pool is always sent
 */
public record AlertChannel(
    String name,
    ChannelType type,
    URI url,
    @Nullable String secret,
    Set<AlertSeverity> severities,
    Set<String> pools) {
  /** What the receiver understands. */
  public enum ChannelType {
    /** Any program: one JSON document for each notification. */
    WEBHOOK,
    /** Slack's incoming webhooks, and those of Mattermost, Rocket.Chat and others. */
    SLACK,
    /** PagerDuty's Events API v2: one event for each alert. */
    PAGERDUTY,
    /** Alertmanager's API v2. It forgets what is not repeated. */
    ALERTMANAGER
  }

  public AlertChannel {
    severities = Set.copyOf(severities);
    pools = Set.copyOf(pools);
  }

  /** Whether this alert goes there. */
  boolean takes(Alert alert) {
    String pool = alert.key().pool();
    return (severities.isEmpty() || severities.contains(alert.key().kind().severity()))
        && (pools.isEmpty() || pool == null || pools.contains(pool));
  }

  /** Without what may be secret. */
  @Override
  public String toString() {
    return name + " (" + url.getHost() + ")";
  }
}
