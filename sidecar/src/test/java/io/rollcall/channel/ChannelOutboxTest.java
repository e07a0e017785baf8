package io.rollcall.channel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.rollcall.alert.Alert;
import io.rollcall.alert.Alert.AlertType;
import io.rollcall.alert.AlertKey;
import io.rollcall.alert.AlertKind;
import io.rollcall.alert.AlertSeverity;
import io.rollcall.alert.Notification;
import io.rollcall.channel.AlertChannel.ChannelType;
import io.rollcall.core.SteadyClock;
import io.rollcall.testing.AlertReceiver;
import io.rollcall.testing.EventLoop;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against {@link AlertReceiver}, which validates each format. */
final class ChannelOutboxTest {
  private static final Instant BEGAN = Instant.parse("2026-11-29T10:00:00Z");

  private final EventLoop loop = new EventLoop();
  private final AlertReceiver receiver = new AlertReceiver();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private ChannelOutbox outbox;

  @AfterEach
  void close() {
    receiver.close();
    loop.close();
  }

  private AlertChannel channel(String name, ChannelType type, @Nullable String secret) {
    return new AlertChannel(name, type, receiver.url(name), secret, Set.of(), Set.of());
  }

  private void open(AlertChannel... channels) {
    outbox =
        loop.call(() ->
            new ChannelOutbox(
                loop.vertx(),
                new SteadyClock(InstantSource.system(), System::nanoTime),
                List.of(channels),
                Future::succeededFuture,
                new ChannelOutbox.ChannelListener() {
                  @Override
                  public void accepted(String channel, String title) {
                    told.add("accepted " + channel);
                  }

                  @Override
                  public void dropped(String channel, String title, String why) {
                    told.add("dropped " + channel + " " + why);
                  }

                  @Override
                  public void failing(@Nullable String line) {
                    told.add("failing " + line);
                  }
                }));
  }

  private static Alert alert(AlertKind kind, @Nullable String name, AlertType type) {
    String pool = kind == AlertKind.COMPONENT ? null : "nodes";
    return new Alert(
        "i17-1",
        new AlertKey(kind, pool, name),
        type,
        "down",
        "L4CON <&> \"refused\"",
        BEGAN,
        BEGAN.plusSeconds(90),
        1);
  }

  private void send(Alert... alerts) {
    var _ =
        loop.call(() -> {
          var notification = new Notification("m17-2", List.of(), List.of(alerts), 0);
          outbox.add(notification, "nodes/s1 down", "ha", "http://ha:9999/");
          outbox.deliver();
          return "";
        });
  }

  @Test
  void sendsOneDocumentForEachNotificationToASignedWebhook() {
    open(channel("webhook/signed", ChannelType.WEBHOOK, AlertReceiver.SECRET));
    send(
        alert(AlertKind.MEMBER, "s1", AlertType.FAILED),
        alert(AlertKind.NO_SERVER_UP, null, AlertType.FAILED));
    awaitReceived(1);
    JsonNode body = receiver.received("webhook/signed").getFirst();
    assertEquals("firing", body.at("/alerts/0/status").asText());
    assertEquals("i17-1", body.at("/alerts/0/incident").asText());
    assertEquals("warning", body.at("/alerts/0/severity").asText());
    assertEquals("critical", body.at("/alerts/1/severity").asText());
  }

  /** This many requests, and none that is not valid. */
  private void awaitReceived(int count) {
    await()
        .failFast(() -> assertEquals(List.of(), receiver.faults()))
        .until(() -> receiver.count() == count);
  }

  @Test
  void writesEachFormatAsItsReceiverDocumentsIt() {
    open(
        channel("pagerduty", ChannelType.PAGERDUTY, AlertReceiver.ROUTING_KEY),
        channel("slack", ChannelType.SLACK, null),
        channel("alertmanager", ChannelType.ALERTMANAGER, null));
    send(alert(AlertKind.MEMBER, "s1", AlertType.FAILED));
    awaitReceived(3);
    send(alert(AlertKind.MEMBER, "s1", AlertType.RECOVERED));
    awaitReceived(6);
    List<JsonNode> events = receiver.received("pagerduty");
    assertEquals("trigger", events.getFirst().path("event_action").asText());
    assertEquals("resolve", events.getLast().path("event_action").asText());
    assertEquals(events.getFirst().path("dedup_key"), events.getLast().path("dedup_key"));
    String text = receiver.received("slack").getFirst().path("text").asText();
    assertTrue(text.contains("L4CON &lt;&amp;&gt;"), text);
    List<JsonNode> alerts = receiver.received("alertmanager");
    assertEquals(alerts.getFirst().at("/0/labels"), alerts.getLast().at("/0/labels"));
    Instant now = Instant.now();
    assertTrue(Instant.parse(alerts.getFirst().at("/0/endsAt").asText()).isAfter(now));
    assertFalse(Instant.parse(alerts.getLast().at("/0/endsAt").asText()).isAfter(now));
  }

  @Test
  void sendsATestInEachFormat() {
    open(
        channel("pagerduty", ChannelType.PAGERDUTY, AlertReceiver.ROUTING_KEY),
        channel("slack", ChannelType.SLACK, null),
        channel("alertmanager", ChannelType.ALERTMANAGER, null),
        channel("webhook", ChannelType.WEBHOOK, null));
    var _ =
        loop.call(() -> {
          List.of("pagerduty", "slack", "alertmanager", "webhook")
              .forEach(name -> outbox.addTest(name, "ha", null));
          outbox.deliver();
          return "";
        });
    awaitReceived(5);
    assertTrue(receiver.received("webhook").getFirst().path("test").asBoolean());
  }

  @Test
  void readsTheBeginningOfAnAnswerOnly() {
    open(channel("endless", ChannelType.WEBHOOK, null));
    send(alert(AlertKind.MEMBER, "s1", AlertType.FAILED));
    await().until(() -> told.stream().anyMatch(line -> line.contains("HTTP 500")));
  }

  @Test
  void sendsOnlyWhatTheChannelTakes() {
    open(
        channel("webhook", ChannelType.WEBHOOK, null),
        new AlertChannel(
            "critical",
            ChannelType.WEBHOOK,
            receiver.url("webhook/critical"),
            null,
            Set.of(AlertSeverity.CRITICAL),
            Set.of()),
        new AlertChannel(
            "api",
            ChannelType.WEBHOOK,
            receiver.url("webhook/api"),
            null,
            Set.of(),
            Set.of("api")));
    send(
        alert(AlertKind.MEMBER, "s1", AlertType.FAILED),
        alert(AlertKind.COMPONENT, "SERF", AlertType.FAILED));
    awaitReceived(2);
    assertEquals(2, receiver.received("webhook").getFirst().path("alerts").size());
    assertEquals(1, receiver.received("webhook/api").getFirst().path("alerts").size());
  }

  @Test
  void triesAgainWhileTheReceiverFailsAndGivesUpWhatItRefuses() {
    receiver.answer(503);
    open(channel("webhook", ChannelType.WEBHOOK, null));
    send(alert(AlertKind.MEMBER, "s1", AlertType.FAILED));
    await().until(() -> told.stream().anyMatch(line -> line.contains("HTTP 503")));
    assertEquals(1L, loop.call(() -> outbox.undelivered().get("webhook")));
    receiver.answer(200);
    await().until(() -> told.contains("accepted webhook"));
    assertEquals("failing null", told.getLast());
    receiver.answer(400);
    send(alert(AlertKind.MEMBER, "s1", AlertType.RECOVERED));
    await().until(() -> told.stream().anyMatch(line -> line.startsWith("dropped webhook")));
    assertEquals(0, loop.call(() -> outbox.spool().pending().size()));
  }
}
