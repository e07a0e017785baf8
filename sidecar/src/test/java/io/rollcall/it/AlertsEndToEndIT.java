package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.rollcall.testing.AlertReceiver;
import io.rollcall.testing.Lab;
import io.rollcall.testing.RealAlertmanager;
import io.rollcall.testing.RealPrometheus;
import io.rollcall.testing.RealSmtp;
import io.rollcall.testing.TestClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The lab as a user starts it, with all channels and with the delays of production: one backend
 * stops as planned, another one dies at the same time.
 */
class AlertsEndToEndIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Pattern HEADLINE =
      Pattern.compile(
          "<section id=\"headline\" class=\"headline s-([a-z-]+)\".*?<h1>(.*?)</h1>",
          Pattern.DOTALL);

  private static final List<String> RECEIVED =
      List.of("webhook/signed", "slack", "pagerduty", "from-alertmanager");

  @TempDir Path folder;
  private final RealSmtp smtp = new RealSmtp();
  private final AlertReceiver receiver = new AlertReceiver();
  private RealAlertmanager alertmanager;
  private Lab lab;
  private TestClient sidecar;
  private RealPrometheus prometheus;

  @BeforeEach
  void start() {
    smtp.start();
    alertmanager =
        new RealAlertmanager(folder.resolve("alertmanager"), receiver.url("from-alertmanager"));
    lab = new Lab(folder.resolve("lab"));
    lab.set("SIDECAR_MAIL_HOST", "127.0.0.1");
    lab.set("SIDECAR_MAIL_PORT", String.valueOf(smtp.port()));
    lab.set("SIDECAR_MAIL_TLS", "optional");
    lab.set("SIDECAR_MAIL_USER", "ops");
    lab.set("SIDECAR_MAIL_PASSWORD", "secret");
    lab.set("SIDECAR_MAIL_FROM", "rollcall@example.org");
    lab.set("SIDECAR_MAIL_TO", "night@example.org");
    channel(0, "webhook", receiver.url("webhook/signed"), AlertReceiver.SECRET);
    channel(1, "slack", receiver.url("slack"), "");
    channel(2, "pagerduty", receiver.url("pagerduty"), AlertReceiver.ROUTING_KEY);
    channel(3, "alertmanager", alertmanager.url(), "");
    lab.run("--detach", "--backends", "3");
    sidecar = new TestClient(lab.port("SIDECAR_HTTP_PORT"));
    await().atMost(SOON).until(() -> count("serving") == 3 && lab.state().equals("in-sync"));
    prometheus = new RealPrometheus(folder.resolve("prometheus"), sidecar.port());
  }

  @AfterEach
  void end() {
    prometheus.close();
    sidecar.close();
    lab.close();
    alertmanager.close();
    receiver.close();
    smtp.close();
  }

  private void channel(int i, String type, URI url, String secret) {
    String prefix = "SIDECAR_ALERTS_CHANNELS_" + i + "_";
    lab.set(prefix + "NAME", type);
    lab.set(prefix + "TYPE", type);
    lab.set(prefix + "URL", url.toString());
    if (!secret.isEmpty()) {
      lab.set(prefix + "SECRET", secret);
    }
  }

  private long count(String state) {
    return lab.members().values().stream().filter(one -> one.endsWith(" " + state)).count();
  }

  @Test
  void reportsADeadBackendOnceEverywhereAndAPlannedStopNowhere() throws Exception {
    lab.run("stop", "s1");
    assertEquals("slot1 parked", lab.members().get("s1"));
    assertWell("nodes: 2 of 2 up");

    lab.run("kill", "s2");
    await().atMost(SOON).until(() -> "slot2 failed".equals(lab.members().get("s2")));
    assertOnlyS2IsReported();
    awaitNotifications(1);
    await().atMost(SOON).until(prometheus::firing, Set.of("RollcallMemberDied s2")::equals);

    lab.run("restart", "s2");
    lab.run("restart", "s1");
    await().atMost(SOON).until(() -> count("serving") == 3);
    assertWell("nodes: 3 of 3 up");
    awaitNotifications(2);
    await().atMost(SOON).until(prometheus::firing, Set.of()::equals);
    assertOneIncidentInEachChannel();
    assertOneFailureInTheJournal();
    assertEquals(Map.of("RollcallMemberDied s2", 1), prometheus.fired());
    assertFalse(Dashboard.queries().isEmpty());
    for (var query : Dashboard.queries()) {
      // a join here may be over before Prometheus looks
      if (!query.expression().startsWith("rollcall_member_joining_seconds")) {
        assertShowsSomething(query);
      }
    }
  }

  /** The query had a result at some time since the start, with all labels that are shown. */
  private void assertShowsSomething(Dashboard.Query query) throws IOException {
    JsonNode found = prometheus.query("last_over_time((" + query.expression() + ")[10m:1s])");
    assertFalse(found.isEmpty(), query::toString);
    for (JsonNode series : found) {
      for (String label : query.labels()) {
        assertTrue(series.get("metric").has(label), () -> label + " in " + series + ": " + query);
      }
    }
  }

  private void assertWell(String sentence) throws IOException {
    await().until(() -> headline().equals("in-sync: " + sentence));
    assertEquals(sentence, text().lines().findFirst().orElse(""));
    JsonNode balancer = sidecar.status().get("balancer");
    assertEquals("ok", balancer.get("health").asText());
    assertEquals(0, balancer.get("problems").size() + balancer.get("reasons").size());
  }

  private void assertOnlyS2IsReported() throws IOException {
    String sentence = "warning: nodes: 1 of 2 up, s2 failed \\(\\d+ s\\)";
    assertTrue(headline().matches("warning: " + sentence), headline());
    String first = text().lines().findFirst().orElse("");
    assertTrue(first.matches(sentence), first);
    JsonNode balancer = sidecar.status().get("balancer");
    assertEquals("warning", balancer.get("health").asText());
    assertEquals(1, balancer.get("problems").size());
    assertEquals(1, balancer.get("reasons").size());
    JsonNode problem = balancer.get("problems").get(0);
    assertEquals("member-failed", problem.get("reason").asText());
    assertEquals("[\"s2\"]", problem.get("members").toString());
  }

  /** The first line of the page, after the word by which it is coloured. */
  private String headline() throws IOException {
    Matcher page = HEADLINE.matcher(sidecar.get("/", "Accept", "text/html").body());
    assertTrue(page.find());
    return page.group(1) + ": " + page.group(2).replaceAll("<[^>]*>", "").substring(2);
  }

  private String text() throws IOException {
    return sidecar.get("/", "Accept", "text/plain").body();
  }

  /** Every channel has at least so many, and all that was received is valid. */
  private void awaitNotifications(int count) {
    await()
        .atMost(SOON)
        .failFast(() -> assertEquals(List.of(), receiver.faults()))
        .until(() ->
            smtp.received().size() >= count
                && RECEIVED.stream().allMatch(path -> receiver.received(path).size() >= count));
  }

  private void assertOneIncidentInEachChannel() {
    List<String> subjects = smtp.subjects();
    assertEquals(2, subjects.size(), subjects::toString);
    assertTrue(subjects.get(0).matches("nodes/s2 (down|failed): .*"), subjects::toString);
    assertTrue(subjects.get(1).startsWith("nodes/s2 recovered after "), subjects::toString);
    RECEIVED.forEach(path -> assertEquals(2, receiver.received(path).size(), path));
    assertEquals(List.of("s2 firing", "s2 resolved"), all("webhook/signed", "/name", "/status"));
    assertEquals(1, new HashSet<>(all("webhook/signed", "/incident", "/pool")).size());
    assertEquals(
        List.of("s2 firing", "s2 resolved"), all("from-alertmanager", "/labels/name", "/status"));
    List<JsonNode> events = receiver.received("pagerduty");
    assertEquals("trigger", events.get(0).get("event_action").asText());
    assertEquals("s2", events.get(0).at("/payload/component").asText());
    assertEquals("resolve", events.get(1).get("event_action").asText());
    assertEquals(events.get(0).get("dedup_key"), events.get(1).get("dedup_key"));
    List<JsonNode> messages = receiver.received("slack");
    assertTrue(messages.get(0).get("text").asText().matches("(?s):\\S+: nodes/s2 (down|failed).*"));
    assertTrue(messages.get(1).get("text").asText().contains("nodes/s2 recovered after "));
    assertFalse(messages.toString().contains("s1"), messages::toString);
  }

  /** Two fields of each alert in all documents that were received at this path. */
  private List<String> all(String path, String field, String other) {
    return receiver.received(path).stream()
        .flatMap(document -> StreamSupport.stream(document.get("alerts").spliterator(), false))
        .map(alert -> alert.at(field).asText() + " " + alert.at(other).asText())
        .toList();
  }

  private void assertOneFailureInTheJournal() throws IOException {
    List<String> events = new ArrayList<>();
    for (JsonNode event : sidecar.json("/api/v1/events").get("events")) {
      events.add(event.get("kind").asText() + " " + event.get("member").asText());
    }
    for (String once : List.of("failed s2", "parked s1", "draining s1")) {
      assertEquals(1, Collections.frequency(events, once), once + " in " + events);
    }
    for (String twice : List.of("serving s1", "serving s2")) {
      assertEquals(2, Collections.frequency(events, twice), twice + " in " + events);
    }
    for (String never : List.of("down s1", "suspect s1", "removing s1", "failed s1")) {
      assertFalse(events.contains(never), () -> never + " in " + events);
    }
  }
}
