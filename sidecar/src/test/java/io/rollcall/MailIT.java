package io.rollcall;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rollcall.testing.AppServer;
import io.rollcall.testing.FreePorts;
import io.rollcall.testing.ProductHaproxy;
import io.rollcall.testing.RealSmtp;
import io.rollcall.testing.SmallDisk;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real HAProxy, real SMTP server with STARTTLS and login, the sidecar in a process of its own. */
class MailIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path folder;
  private final int port = FreePorts.one();
  private final HttpClient http = HttpClient.newHttpClient();
  private final RealSmtp smtp = new RealSmtp();
  private ProductHaproxy haproxy;
  private SmallDisk disk;
  private Process sidecar;
  private AppServer s1;
  private AppServer s2;

  @BeforeEach
  void start() throws Exception {
    assertEquals(0, new ProcessBuilder("mkfifo", pipe().toString()).start().waitFor());
    disk = new SmallDisk(folder.resolve("state"), 2048);
    haproxy = new ProductHaproxy(folder, UnaryOperator.identity());
    s1 = new AppServer("s1");
    s2 = new AppServer("s2");
    smtp.start();
    startSidecar();
    joins("s1", s1);
    joins("s2", s2);
    await().atMost(SOON).until(this::state, "in-sync"::equals);
  }

  @AfterEach
  void end() throws IOException {
    sidecar.destroyForcibly().onExit().join();
    disk.close();
    haproxy.close();
    s1.close();
    s2.close();
    smtp.close();
  }

  private Path pipe() {
    return folder.resolve("serf.pipe");
  }

  private void startSidecar() throws IOException {
    startSidecar("starttls", smtp.port());
  }

  private void startSidecar(String tls, int smtpPort) throws IOException {
    var builder =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-Djavax.net.ssl.trustStore=" + smtp.trustStore(),
                "-Djavax.net.ssl.trustStorePassword=changeit",
                "-cp",
                System.getProperty("java.class.path"),
                HurriedSidecar.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(Path.of("target/mail-sidecar.log").toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("SIDECAR_"));
    builder
        .environment()
        .putAll(
            Map.ofEntries(
                Map.entry("SIDECAR_HTTP_HOST", "127.0.0.1"),
                Map.entry("SIDECAR_HTTP_PORT", String.valueOf(port)),
                Map.entry("SIDECAR_HTTP_TOKEN", "token"),
                Map.entry("SIDECAR_SERF_PIPE", pipe().toString()),
                Map.entry("SIDECAR_SERF_RPC", ""),
                Map.entry("SIDECAR_HAPROXY_SOCKET", haproxy.socket().toString()),
                Map.entry("SIDECAR_HAPROXY_STATEFILE", haproxy.stateFile().toString()),
                Map.entry("SIDECAR_HAPROXY_POLL", "100ms"),
                Map.entry("SIDECAR_STATE_DIR", folder.resolve("state").toString()),
                Map.entry("SIDECAR_MAIL_HOST", "127.0.0.1"),
                Map.entry("SIDECAR_MAIL_PORT", String.valueOf(smtpPort)),
                Map.entry("SIDECAR_MAIL_TLS", tls),
                Map.entry("SIDECAR_MAIL_USER", "ops"),
                Map.entry("SIDECAR_MAIL_PASSWORD", "secret"),
                Map.entry("SIDECAR_MAIL_FROM", "rollcall@example.org"),
                Map.entry("SIDECAR_MAIL_TO", "night@example.org")));
    sidecar = builder.start();
    Process started = sidecar;
    Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
    await().atMost(SOON).ignoreExceptions().until(() -> status() != null);
  }

  private void joins(String name, AppServer app) throws IOException {
    String tags = "role=backend,port=" + app.port() + ",boot=1";
    Files.writeString(
        pipe(),
        String.join("\t", "member-join", name, app.address(), "backend", tags) + "\n",
        StandardOpenOption.WRITE);
  }

  private JsonNode status() throws IOException {
    return JSON.readTree(send(request("/api/v1/status").build()).body());
  }

  private String state() throws IOException {
    return status().at("/balancer/state").asText();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void awaitMails(int count) {
    await().atMost(SOON).until(() -> smtp.received().size() >= count);
  }

  @Test
  void tellsADeadBackendAndItsReturnInOneThread() {
    s1.close();
    awaitMails(1);
    s1 = new AppServer("s1", s1.address(), s1.port());
    awaitMails(2);
    List<RealSmtp.Received> mails = smtp.received();
    assertTrue(
        mails.get(0).header("subject").startsWith("nodes/s1 down: check"),
        smtp.subjects()::toString);
    assertTrue(
        mails.get(1).header("subject").startsWith("nodes/s1 back, serving after "),
        smtp.subjects()::toString);
    String thread = mails.get(0).header("message-id");
    assertTrue(thread.matches("<[^<>\\s]+@example\\.org>"), thread);
    assertEquals(thread, mails.get(1).header("references"));
    assertEquals(thread, mails.get(1).header("in-reply-to"));
    assertTrue(mails.get(0).body().contains("http://127.0.0.1:" + port + "/"));
    assertTrue(mails.get(0).header("content-type").startsWith("multipart/alternative"));
    assertEquals(2, mails.size());
  }

  @Test
  void tellsFiftyFlapsInThreeMails() throws Exception {
    for (int i = 0; i < 50; i++) {
      s1.healthy(false);
      await().pollInterval(Duration.ofMillis(20)).until(() -> state("s1").equals("down"));
      s1.healthy(true);
      await().pollInterval(Duration.ofMillis(20)).until(() -> state("s1").equals("serving"));
    }
    await().atMost(SOON).until(() -> smtp.subjects().getLast().contains("back, serving after"));
    assertTrue(smtp.received().size() <= 3, smtp.subjects()::toString);
    assertTrue(
        smtp.subjects().stream().anyMatch(s -> s.contains("flaps")), smtp.subjects()::toString);
  }

  @Test
  void bringsEveryAlertOnceThoughTheServerWasDownAndTheSidecarKilled() throws Exception {
    smtp.stop();
    s1.close();
    await().atMost(SOON).until(() -> waits("nodes/s1 down"));
    await().atMost(SOON).until(() -> !status().at("/mail/lastError").isNull());
    sidecar.destroyForcibly().onExit().join();
    s2.close();
    startSidecar();
    await().atMost(SOON).until(() -> waits("nodes has no server up") && waits("nodes/s2 down"));
    assertEquals("degraded", state());
    sidecar.destroyForcibly().onExit().join();
    startSidecar();
    s1 = new AppServer("s1", s1.address(), s1.port());
    s2 = new AppServer("s2", s2.address(), s2.port());
    await().atMost(SOON).until(() -> spool().path("threads").isEmpty());
    smtp.start();
    await().atMost(Duration.ofSeconds(45)).until(() -> undelivered() == 0);
    await().until(() -> String.valueOf(smtp.subjects()).contains("nodes back") && smtp.idle());
    List<String> ids = smtp.received().stream().map(mail -> mail.header("message-id")).toList();
    assertEquals(ids.size(), new HashSet<>(ids).size(), ids::toString);
    String all = smtp.subjects() + "";
    for (String once :
        List.of(
            "nodes/s1 down",
            "nodes/s1 back",
            "nodes/s2 down",
            "nodes/s2 back",
            "nodes has no server up (urgent)",
            "nodes back")) {
      assertEquals(1, Pattern.compile(once, Pattern.LITERAL).matcher(all).results().count(), all);
    }
    assertTrue(status().at("/mail/lastError").isNull());
  }

  @Test
  void survivesAFullDiskAndTellsIt() throws Exception {
    Path filler = disk.folder().resolve("filler");
    try (var out = Files.newOutputStream(filler)) {
      assertThrows(IOException.class, () -> out.write(new byte[3_000_000]));
    }
    for (int weight = 1; weight <= 60; weight++) { // more than fits into a page that is begun
      var answer = send(orderOfWeight(weight));
      assertEquals(503, answer.statusCode(), "obeyed, but not saved");
    }
    await().atMost(SOON).until(() -> reasons().contains("can't write the journal in "));
    await()
        .atMost(SOON)
        .until(() -> smtp.subjects().stream().anyMatch(s -> s.contains("journal fails")));
    long before = lastEvent();
    Files.delete(filler);
    await()
        .atMost(SOON)
        .until(() -> smtp.subjects().stream().anyMatch(s -> s.contains("journal back")));
    await().atMost(SOON).until(() -> !reasons().contains("journal") && lastEvent() > before);
    assertEquals(202, send(orderOfWeight(100)).statusCode());
  }

  private HttpRequest orderOfWeight(int weight) {
    return request("/api/v1/pools/nodes/members/s1/weight")
        .header("Authorization", "Bearer token")
        .PUT(HttpRequest.BodyPublishers.ofString("{\"weight\": " + weight + "}"))
        .build();
  }

  private String reasons() throws IOException {
    return status().at("/balancer/reasons").toString();
  }

  /** The id of the last event that is acknowledged. */
  private long lastEvent() throws IOException {
    JsonNode events = JSON.readTree(send(request("/api/v1/events").build()).body()).get("events");
    return events.get(events.size() - 1).get("id").asLong();
  }

  @Test
  void sendsATestMailToWhoHasTheToken() throws Exception {
    var post = request("/api/v1/mail/test").POST(HttpRequest.BodyPublishers.noBody());
    assertEquals(401, send(post.build()).statusCode());
    assertEquals(202, send(post.header("Authorization", "Bearer token").build()).statusCode());
    awaitMails(1);
    assertEquals("Rollcall test mail", smtp.subjects().getFirst());
    await().until(() -> !status().at("/mail/lastSentAt").isNull());
  }

  @Test
  void speaksTlsFromTheFirstByteWhereThatIsConfigured() throws Exception {
    sidecar.destroyForcibly().onExit().join();
    startSidecar("tls", smtp.tlsPort());
    await().atMost(SOON).until(this::state, "in-sync"::equals);
    var post = request("/api/v1/mail/test").header("Authorization", "Bearer token");
    assertEquals(202, send(post.POST(HttpRequest.BodyPublishers.noBody()).build()).statusCode());
    awaitMails(1);
  }

  private int undelivered() throws IOException {
    return status().at("/mail/undelivered").asInt();
  }

  /** What is on disk. */
  private JsonNode spool() throws IOException {
    Path file = folder.resolve("state/mail.json");
    return Files.exists(file) ? JSON.readTree(Files.readString(file)) : JSON.createObjectNode();
  }

  private boolean waits(String subject) throws IOException {
    return StreamSupport.stream(spool().at("/spool/mails").spliterator(), false)
        .anyMatch(mail -> mail.get("subject").asText().contains(subject));
  }

  private String state(String member) throws IOException {
    for (JsonNode row : status().at("/pools/0/members")) {
      if (row.get("name").asText().equals(member)) {
        return row.get("state").asText();
      }
    }
    return "";
  }
}
