package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rollcall.testing.AppServer;
import io.rollcall.testing.FreePorts;
import io.rollcall.testing.ProductHaproxy;
import io.rollcall.testing.RealSmtp;
import io.rollcall.testing.SmallDisk;
import io.rollcall.testing.TestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A balancer that mails: real HAProxy, a real SMTP server with STARTTLS and login, two backends,
 * and the sidecar in a process of its own, on a disk of 2 MiB.
 */
final class MailBalancer extends TestClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  static final Duration SOON = Duration.ofSeconds(20);

  final RealSmtp smtp = new RealSmtp();
  final SmallDisk disk;
  private final Path folder;
  private final Path log;
  private final ProductHaproxy haproxy;
  private @Nullable Process sidecar;
  AppServer s1 = new AppServer("s1");
  AppServer s2 = new AppServer("s2");

  /**
   * @param log its name, one of each test: two of them may run at the same time
   */
  MailBalancer(Path folder, String log) throws IOException {
    super(FreePorts.one());
    this.folder = folder;
    this.log = Path.of("target", log + ".log");
    disk = new SmallDisk(folder.resolve("state"), 2048);
    haproxy = new ProductHaproxy(folder, UnaryOperator.identity());
  }

  /** Returns once both backends serve. */
  void start() throws Exception {
    assertEquals(0, new ProcessBuilder("mkfifo", pipe().toString()).start().waitFor());
    smtp.start();
    startSidecar();
    joins("s1", s1);
    joins("s2", s2);
    await().atMost(SOON).until(this::state, "in-sync"::equals);
  }

  @Override
  public void close() {
    killSidecar();
    try {
      disk.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    haproxy.close();
    s1.close();
    s2.close();
    smtp.close();
    super.close();
  }

  void killSidecar() {
    if (sidecar != null) {
      sidecar.destroyForcibly().onExit().join();
    }
  }

  void s1ComesBack() {
    s1 = new AppServer("s1", s1.address(), s1.port());
  }

  void s2ComesBack() {
    s2 = new AppServer("s2", s2.address(), s2.port());
  }

  private Path pipe() {
    return folder.resolve("serf.pipe");
  }

  void startSidecar() throws IOException {
    startSidecar("starttls", smtp.port());
  }

  void startSidecar(String tls, int smtpPort) throws IOException {
    var builder =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-Djavax.net.ssl.trustStore=" + smtp.trustStore(),
                "-Djavax.net.ssl.trustStorePassword=changeit",
                "-cp",
                System.getProperty("java.class.path"),
                FastAlertsSidecar.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("SIDECAR_"));
    builder
        .environment()
        .putAll(
            Map.ofEntries(
                Map.entry("SIDECAR_HTTP_HOST", "127.0.0.1"),
                Map.entry("SIDECAR_HTTP_PORT", String.valueOf(port())),
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

  void awaitMails(int count) {
    await().atMost(SOON).until(() -> smtp.received().size() >= count);
  }

  /** What is on disk. */
  JsonNode spool() throws IOException {
    Path file = folder.resolve("state/mail.json");
    return Files.exists(file) ? JSON.readTree(Files.readString(file)) : JSON.createObjectNode();
  }
}
