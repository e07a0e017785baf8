package io.rollcall.channel;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rollcall.alert.Alert;
import io.rollcall.alert.AlertSeverity;
import io.rollcall.alert.AlertText;
import io.rollcall.alert.Notification;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes a notification in the format of each type of channel.
 *
 * @param balancer its name, null while unknown
 * @param link to the status page, null while unknown
 * @param now the wall clock
 */
record ChannelMessages(@Nullable String balancer, @Nullable String link, Instant now) {
  /** How long Alertmanager keeps an alert that is not repeated. */
  private static final Duration ALERTMANAGER_LIFE = Duration.ofMinutes(5);

  private static final int MAX_SUMMARY = 1024;
  private static final JsonMapper JSON = new JsonMapper();

  /** The bodies to send one after the other; none if the channel takes none of the alerts. */
  List<String> bodies(AlertChannel channel, Notification notification) {
    List<Alert> alerts = notification.alerts().stream().filter(channel::takes).toList();
    if (alerts.isEmpty()) {
      return List.of();
    }
    return switch (channel.type()) {
      case WEBHOOK -> List.of(webhook(notification, alerts));
      case SLACK -> List.of(slack(alerts));
      case PAGERDUTY -> alerts.stream().map(alert -> pagerduty(channel, alert)).toList();
      case ALERTMANAGER -> List.of(alertmanager(alerts));
    };
  }

  /** What proves that the channel works. */
  List<String> test(AlertChannel channel, String id) {
    String text = "This is a test, requested by an operator. Alerts arrive in the same way.";
    ObjectNode body = JSON.createObjectNode();
    return switch (channel.type()) {
      case WEBHOOK -> {
        envelope(body, id).put("test", true).putArray("alerts");
        yield List.of(body.put("text", text).toString());
      }
      case SLACK -> List.of(body.put("text", title(text)).toString());
      case PAGERDUTY -> {
        event(channel, body, "trigger", id)
            .put("summary", title(text))
            .put("severity", "info")
            .put("timestamp", now.toString());
        ObjectNode end = JSON.createObjectNode();
        end.put("routing_key", channel.secret())
            .put("event_action", "resolve")
            .put("dedup_key", id);
        yield List.of(body.toString(), end.toString());
      }
      case ALERTMANAGER -> {
        ArrayNode all = JSON.createArrayNode();
        ObjectNode alert = all.addObject();
        alert
            .putObject("labels")
            .put("alertname", "RollcallTest")
            .put("severity", "info")
            .put("balancer", source());
        alert.putObject("annotations").put("summary", text);
        alert.put("startsAt", now.toString()).put("endsAt", now.plusSeconds(60).toString());
        yield List.of(all.toString());
      }
    };
  }

  private String webhook(Notification notification, List<Alert> alerts) {
    ObjectNode body = JSON.createObjectNode();
    envelope(body, notification.id()).put("test", false);
    ArrayNode all = body.putArray("alerts");
    for (Alert alert : alerts) {
      all.addObject()
          .put("incident", alert.incidentId())
          .put("status", alert.type().ends() ? "resolved" : "firing")
          .put("type", lower(alert.type()))
          .put("kind", lower(alert.key().kind()))
          .put("severity", lower(alert.key().kind().severity()))
          .put("pool", alert.key().pool())
          .put("name", alert.key().name())
          .put("summary", AlertText.summary(alert))
          .put("detail", AlertText.detail(alert))
          .put("since", alert.since().toString())
          .put("until", alert.type().ends() ? alert.until().toString() : null)
          .put("failures", alert.failures());
    }
    return body.toString();
  }

  private ObjectNode envelope(ObjectNode body, String id) {
    return body.put("version", 1)
        .put("id", id)
        .put("at", now.toString())
        .put("balancer", balancer)
        .put("link", link);
  }

  private String slack(List<Alert> alerts) {
    var text = new StringBuilder();
    for (Alert alert : alerts) {
      String sign =
          alert.type().ends()
              ? ":white_check_mark: "
              : alert.key().kind().severity() == AlertSeverity.CRITICAL
                  ? ":red_circle: "
                  : ":large_orange_circle: ";
      text.append(sign).append(escaped(AlertText.summary(alert))).append('\n');
    }
    text.append('_').append(escaped("Rollcall on " + source())).append('_');
    if (link != null) {
      text.append(" <").append(link).append("|Status page>");
    }
    return JSON.createObjectNode().put("text", text.toString()).toString();
  }

  private String pagerduty(AlertChannel channel, Alert alert) {
    ObjectNode body = JSON.createObjectNode();
    if (alert.type().ends()) {
      return body.put("routing_key", channel.secret())
          .put("event_action", "resolve")
          .put("dedup_key", alert.incidentId())
          .toString();
    }
    ObjectNode payload =
        event(channel, body, "trigger", alert.incidentId())
            .put("summary", title(AlertText.summary(alert)))
            .put("severity", lower(alert.key().kind().severity()))
            .put("timestamp", alert.since().toString())
            .put("class", lower(alert.key().kind()));
    if (alert.key().pool() != null) {
      payload.put("group", alert.key().pool());
    }
    if (alert.key().name() != null) {
      payload.put("component", alert.key().name());
    }
    payload.putObject("custom_details").put("detail", AlertText.detail(alert));
    return body.toString();
  }

  /** The payload of a new event. */
  private ObjectNode event(AlertChannel channel, ObjectNode body, String action, String key) {
    body.put("routing_key", channel.secret())
        .put("event_action", action)
        .put("dedup_key", key)
        .put("client", "Rollcall");
    if (link != null) {
      body.put("client_url", link);
    }
    return body.putObject("payload").put("source", source());
  }

  private String alertmanager(List<Alert> alerts) {
    ArrayNode all = JSON.createArrayNode();
    for (Alert alert : alerts) {
      ObjectNode one = all.addObject();
      ObjectNode labels =
          one.putObject("labels")
              .put("alertname", "Rollcall" + camel(alert.key().kind()))
              .put("severity", lower(alert.key().kind().severity()))
              .put("balancer", source());
      if (alert.key().pool() != null) {
        labels.put("pool", alert.key().pool());
      }
      if (alert.key().name() != null) {
        labels.put("name", alert.key().name());
      }
      one.putObject("annotations")
          .put("summary", AlertText.summary(alert))
          .put("description", AlertText.detail(alert));
      one.put("startsAt", alert.since().toString());
      Instant end = alert.type().ends() ? now : now.plus(ALERTMANAGER_LIFE);
      one.put("endsAt", end.toString());
      if (link != null) {
        one.put("generatorURL", link);
      }
    }
    return all.toString();
  }

  private String source() {
    return Objects.requireNonNullElse(balancer, "unknown balancer");
  }

  private String title(String text) {
    String line = text + (balancer == null ? "" : " (" + balancer + ")");
    return line.length() <= MAX_SUMMARY ? line : line.substring(0, MAX_SUMMARY - 1) + "…";
  }

  /** Slack's three characters that are special. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String camel(Enum<?> value) {
    var name = new StringBuilder();
    for (String word : value.name().split("_", -1)) {
      name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return name.toString();
  }
}
