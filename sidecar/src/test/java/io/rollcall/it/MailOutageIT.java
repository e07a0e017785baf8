package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mail while the server, the sidecar or the disk fails. */
class MailOutageIT {
  @TempDir Path folder;
  private MailBalancer balancer;

  @BeforeEach
  void start() throws Exception {
    balancer = new MailBalancer(folder, "mail-outage-sidecar");
    balancer.start();
  }

  @AfterEach
  void end() throws IOException {
    balancer.close();
  }

  @Test
  void deliversEachAlertOnceThoughTheServerWasDownAndTheSidecarKilled() throws Exception {
    balancer.smtp.stop();
    balancer.s1.close();
    await().atMost(MailBalancer.SOON).until(() -> waits("nodes/s1 down"));
    await()
        .atMost(MailBalancer.SOON)
        .until(() -> !balancer.status().at("/mail/lastError").isNull());
    balancer.killSidecar();
    balancer.s2.close();
    balancer.startSidecar();
    await()
        .atMost(MailBalancer.SOON)
        .until(() -> waits("nodes: no server up") && waits("nodes/s2 down"));
    assertEquals("degraded", balancer.state());
    balancer.killSidecar();
    balancer.startSidecar();
    balancer.s1ComesBack();
    balancer.s2ComesBack();
    await().atMost(MailBalancer.SOON).until(() -> balancer.spool().path("threads").isEmpty());
    balancer.smtp.start();
    await().atMost(Duration.ofSeconds(45)).until(() -> undelivered() == 0);
    await()
        .until(() ->
            String.valueOf(balancer.smtp.subjects()).contains("nodes: server up again")
                && balancer.smtp.idle());
    List<String> ids =
        balancer.smtp.received().stream().map(mail -> mail.header("message-id")).toList();
    assertEquals(ids.size(), new HashSet<>(ids).size(), ids::toString);
    String all = balancer.smtp.subjects() + "";
    for (String once :
        List.of(
            "nodes/s1 down",
            "nodes/s1 recovered",
            "nodes/s2 down",
            "nodes/s2 recovered",
            "nodes: no server up (urgent)",
            "nodes: server up again")) {
      assertEquals(1, Pattern.compile(once, Pattern.LITERAL).matcher(all).results().count(), all);
    }
    assertTrue(balancer.status().at("/mail/lastError").isNull());
  }

  @Test
  void survivesAFullDiskAndReportsIt() throws Exception {
    Path filler = balancer.disk.folder().resolve("filler");
    try (var out = Files.newOutputStream(filler)) {
      assertThrows(IOException.class, () -> out.write(new byte[3_000_000]));
    }
    for (int weight = 1; weight <= 60; weight++) { // more than fits into a page that is begun
      var answer = setWeight(weight);
      assertEquals(503, answer.statusCode(), "obeyed, but not saved");
    }
    await()
        .atMost(MailBalancer.SOON)
        .until(() -> balancer.reasons().contains("can't write the journal in "));
    await()
        .atMost(MailBalancer.SOON)
        .until(() -> balancer.smtp.subjects().stream().anyMatch(s -> s.contains("journal failed")));
    long before = lastEvent();
    Files.delete(filler);
    await()
        .atMost(MailBalancer.SOON)
        .until(
            () -> balancer.smtp.subjects().stream().anyMatch(s -> s.contains("journal recovered")));
    await()
        .atMost(MailBalancer.SOON)
        .until(() -> !balancer.reasons().contains("journal") && lastEvent() > before);
    assertEquals(202, setWeight(100).statusCode());
  }

  private HttpResponse<String> setWeight(int weight) throws IOException {
    return balancer.action("PUT", "pools/nodes/members/s1/weight", "{\"weight\": " + weight + "}");
  }

  /** The id of the last event that is acknowledged. */
  private long lastEvent() throws IOException {
    JsonNode events = balancer.json("/api/v1/events").get("events");
    return events.get(events.size() - 1).get("id").asLong();
  }

  private int undelivered() throws IOException {
    return balancer.status().at("/mail/undelivered").asInt();
  }

  private boolean waits(String subject) throws IOException {
    return StreamSupport.stream(balancer.spool().at("/spool/mails").spliterator(), false)
        .anyMatch(mail -> mail.get("subject").asText().contains(subject));
  }
}
