package io.rollcall;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.rollcall.config.Settings;
import io.rollcall.core.PoolPolicy;
import io.rollcall.testing.AppServer;
import io.rollcall.testing.FreePorts;
import io.rollcall.testing.RealHaproxy;
import io.rollcall.testing.RealSerf;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sidecar between a real HAProxy, real Serf agents and a real FIFO, one part at a time taken
 * away.
 */
class SidecarIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final int port = FreePorts.one();
  private final Vertx vertx = Vertx.vertx();
  private String sidecar = "";

  @BeforeEach
  void pipe() throws Exception {
    assertEquals(0, new ProcessBuilder("mkfifo", pipeFile().toString()).start().waitFor());
  }

  @AfterEach
  void end() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
    for (AutoCloseable part : open.reversed()) {
      part.close();
    }
  }

  private Path pipeFile() {
    return folder.resolve("serf.pipe");
  }

  private <T extends AutoCloseable> T keep(T part) {
    open.add(part);
    return part;
  }

  /**
   * Starts the sidecar as its process would.
   *
   * @param rpcPort 0 for pipe only
   */
  private void sidecar(RealHaproxy haproxy, int rpcPort, String authKey) throws Exception {
    var pool =
        new PoolPolicy(
            "nodes",
            Map.of("role", "backend"),
            3000,
            Duration.ofSeconds(2),
            Duration.ofMillis(200),
            Duration.ofSeconds(60),
            0.5,
            0,
            "check");
    var settings =
        new Settings(
            new Settings.Http("127.0.0.1", port, "token"),
            new Settings.Serf(
                pipeFile(),
                rpcPort == 0 ? null : "127.0.0.1",
                rpcPort,
                authKey,
                Duration.ofSeconds(1)),
            new Settings.Haproxy(
                Path.of(haproxy.socket()),
                haproxy.stateFile(),
                Duration.ofSeconds(10),
                Duration.ofMillis(200)),
            folder.resolve("state"),
            List.of(pool),
            new Settings.Mail(null, 25, Settings.Tls.STARTTLS, null, null, null, List.of()));
    sidecar = vertx.deployVerticle(new Sidecar(settings, () -> {})).await(10, TimeUnit.SECONDS);
  }

  private void stopSidecar() throws Exception {
    vertx.undeploy(sidecar).await(10, TimeUnit.SECONDS);
  }

  private RealHaproxy haproxy() {
    return keep(RealHaproxy.in(folder, 4));
  }

  @CanIgnoreReturnValue
  private RealSerf backend(String name, AppServer app, RealSerf other) {
    return keep(
        RealSerf.named(name)
            .tag("role", "backend")
            .tag("port", String.valueOf(app.port()))
            .tag("boot", name + "-1")
            .join(other)
            .start());
  }

  private void write(String line) throws IOException {
    Files.writeString(pipeFile(), line + "\n", StandardOpenOption.WRITE);
  }

  private HttpResponse<String> get(String path) throws IOException {
    try {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
              .timeout(Duration.ofSeconds(5))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpResponse<String> post(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Authorization", "Bearer token")
            .POST(HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private JsonNode status() throws IOException {
    return JSON.readTree(get("/api/v1/status").body());
  }

  private String balancer() throws IOException {
    return status().at("/balancer/state").asText();
  }

  private String reasons() throws IOException {
    return status().at("/balancer/reasons").toString();
  }

  private List<String> rows() throws IOException {
    return StreamSupport.stream(status().at("/pools/0/members").spliterator(), false)
        .map(row ->
            row.get("name").asText()
                + " "
                + row.get("slot").asText()
                + " "
                + row.get("state").asText())
        .toList();
  }

  private void awaitRows(String... rows) {
    await().atMost(Duration.ofSeconds(15)).until(() -> rows().equals(List.of(rows)));
  }

  private String through(RealHaproxy haproxy) throws Exception {
    return http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + haproxy.httpPort() + "/"))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Nested
  class WithEverythingThere {
    private RealHaproxy haproxy;
    private RealSerf agent;
    private AppServer app;

    @BeforeEach
    void start() throws Exception {
      haproxy = haproxy().start();
      agent = keep(RealSerf.named("ha").tag("role", "balancer").start());
      app = keep(new AppServer("one"));
      sidecar(haproxy, agent.rpcPort(), null);
    }

    @Test
    void bringsAMemberInServesItAndTakesItOutWhenItLeaves() throws Exception {
      RealSerf s1 = backend("s1", app, agent);
      awaitRows("s1 slot1 serving");
      assertEquals("one", through(haproxy));
      assertEquals("in-sync", balancer());
      s1.leave();
      awaitRows("s1 slot1 parked");
    }

    @Test
    void takesAMemberInOnlyOnceItsApplicationIsHealthy() throws Exception {
      app.healthy(false);
      backend("s1", app, agent);
      awaitRows("s1 slot1 joining");
      assertEquals("converging", balancer());
      app.healthy(true);
      awaitRows("s1 slot1 serving");
    }

    @Test
    void carriesAHostileNameAsTextOnly() throws Exception {
      String name = "x;disable server nodes\\slot1 <script>alert(1)</script>";
      backend(name, app, agent);
      awaitRows(name + " slot1 serving");
      assertEquals("one", through(haproxy));
    }

    @Test
    void keepsEverySlotOverItsOwnRestartWithoutTouchingHaproxy() throws Exception {
      backend("s1", app, agent);
      awaitRows("s1 slot1 serving");
      var other = keep(new AppServer("two"));
      backend("s0", other, agent);
      awaitRows("s1 slot1 serving", "s0 slot2 serving");
      String before = slots(haproxy);
      stopSidecar();
      sidecar(haproxy, agent.rpcPort(), null);
      awaitRows("s1 slot1 serving", "s0 slot2 serving");
      assertEquals(before, slots(haproxy));
    }

    @Test
    void findsItsMembersAgainWhenItsMemoryIsDamaged() throws Exception {
      backend("s1", app, agent);
      awaitRows("s1 slot1 serving");
      stopSidecar();
      Path memory = folder.resolve("state/memory.json");
      Files.writeString(memory, Files.readString(memory).substring(0, 40));
      String before = slots(haproxy);
      sidecar(haproxy, agent.rpcPort(), null);
      awaitRows("s1 slot1 serving");
      assertEquals(before, slots(haproxy));
      assertTrue(Files.exists(folder.resolve("state/memory.json.damaged")));
    }

    @Test
    void bringsEverybodyBackIntoTheirSlotsAfterHaproxyIsKilled() throws Exception {
      backend("s1", app, agent);
      awaitRows("s1 slot1 serving");
      haproxy.restart();
      awaitRows("s1 slot1 serving");
      await().until(() -> status().at("/haproxy/restartsSeen").asInt() == 1);
      await().until(() -> balancer().equals("in-sync"));
      assertEquals("one", through(haproxy));
    }

    @Test
    void programsAHaproxyThatComesBackWithoutAnyState() throws Exception {
      backend("s1", app, agent);
      awaitRows("s1 slot1 serving");
      haproxy.kill();
      Files.writeString(haproxy.stateFile(), "1\n");
      haproxy.start();
      awaitRows("s1 slot1 serving");
      await().until(() -> through(haproxy).equals("one"));
      assertEquals(0, status().at("/pools/0/drift/found").asInt());
    }

    @Test
    void followsAReloadByAPersonToTheNewProcess() throws Exception {
      backend("s1", app, agent);
      awaitRows("s1 slot1 serving");
      haproxy.reload();
      await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> status().at("/haproxy/pid").asLong() == haproxy.pid());
      awaitRows("s1 slot1 serving");
      assertEquals("one", through(haproxy));
    }

    @Test
    void obeysAnOperatorAlsoAfterItsOwnRestart() throws Exception {
      backend("s1", app, agent);
      awaitRows("s1 slot1 serving");
      assertEquals(202, post("/api/v1/pools/nodes/members/s1/maint").statusCode());
      awaitRows("s1 slot1 maint");
      stopSidecar();
      sidecar(haproxy, agent.rpcPort(), null);
      awaitRows("s1 slot1 maint");
      assertEquals("maint (api)", status().at("/pools/0/members/0/intent").asText());
      assertEquals(202, post("/api/v1/pools/nodes/members/s1/ready").statusCode());
      awaitRows("s1 slot1 serving");
      assertEquals(404, post("/api/v1/pools/nodes/members/nobody/drain").statusCode());
      assertEquals(404, post("/api/v1/pools/other/release-hold").statusCode());
    }

    @Test
    void putsAForeignAddressRightAndCountsIt() throws Exception {
      backend("s1", app, agent);
      awaitRows("s1 slot1 serving");
      haproxy.cli("set server nodes/slot1 addr 127.0.0.1 port 9");
      await().until(() -> status().at("/pools/0/drift/found").asInt() == 1);
      awaitRows("s1 slot1 serving");
      await().until(() -> through(haproxy).equals("one"));
    }

    @Test
    void keepsMaintenanceByHandOverRestartsOfBoth() throws Exception {
      backend("s1", app, agent);
      awaitRows("s1 slot1 serving");
      haproxy.cli("set server nodes/slot1 state maint");
      awaitRows("s1 slot1 maint");
      assertEquals("maint (by hand)", status().at("/pools/0/members/0/intent").asText());
      stopSidecar();
      haproxy.restart();
      sidecar(haproxy, agent.rpcPort(), null);
      awaitRows("s1 slot1 maint");
      assertTrue(haproxy.cli("show servers state nodes").contains("slot1 127.0.0.1"));
    }

    @Test
    void answersWhetherAMemberIsDrained() throws Exception {
      backend("s1", app, agent);
      awaitRows("s1 slot1 serving");
      assertTrue(ask("s1\ts1-1").contains("draining 0 0"), "it serves");
      assertTrue(ask("nobody\tb").contains("drained"), "it has no slot");
    }

    private String ask(String payload) {
      return agent.cli("query", "-timeout=300ms", "rollcall-drained", payload);
    }

    private static String slots(RealHaproxy haproxy) {
      // all but the two columns that tell time and count of checks
      return haproxy
          .cli("show servers state nodes")
          .lines()
          .map(line -> line.replaceAll("^((?:\\S+ ){9})\\S+ ((?:\\S+ ){2})\\S+ \\S+", "$1$2"))
          .reduce("", (one, two) -> one + "\n" + two);
    }
  }

  @Nested
  class WithAPartMissing {
    @Test
    void goesOnWithoutHaproxyAndStartsWithItWhenItComes() throws Exception {
      RealHaproxy haproxy = haproxy();
      RealSerf agent = keep(RealSerf.named("ha").tag("role", "balancer").start());
      var app = keep(new AppServer("one"));
      backend("s1", app, agent);
      sidecar(haproxy, agent.rpcPort(), null);
      await()
          .until(() ->
              reasons()
                  .equals(
                      "[\"admin socket "
                          + haproxy.socket()
                          + ": no such file (expected the path of HAProxy's \\\"stats socket\\\")\"]"));
      assertEquals("degraded", balancer());
      assertEquals(503, get("/readyz").statusCode());
      assertEquals(200, get("/healthz").statusCode());
      haproxy.start();
      awaitRows("s1 slot1 serving");
      await().until(() -> balancer().equals("in-sync"));
      assertEquals(200, get("/readyz").statusCode());
    }

    @Test
    void saysThatThePipeIsAPlainFileAndWorksByTheList() throws Exception {
      Files.delete(pipeFile());
      Files.writeString(pipeFile(), "");
      RealHaproxy haproxy = haproxy().start();
      RealSerf agent = keep(RealSerf.named("ha").tag("role", "balancer").start());
      sidecar(haproxy, agent.rpcPort(), null);
      var app = keep(new AppServer("one"));
      backend("s1", app, agent);
      awaitRows("s1 slot1 serving");
      assertEquals("degraded", balancer());
      assertTrue(reasons().contains(pipeFile() + " is a plain file: expected a FIFO"), reasons());
      Files.delete(pipeFile());
      pipe();
      await().until(() -> balancer().equals("in-sync"));
    }

    @Test
    void saysThatTheAgentRefusesTheKeyAndLeavesTheSlotsAlone() throws Exception {
      RealHaproxy haproxy = haproxy().start();
      RealSerf agent = keep(RealSerf.named("ha").tag("role", "balancer").rpcAuth("right").start());
      sidecar(haproxy, agent.rpcPort(), "wrong");
      await().until(() -> reasons().contains("Invalid authentication token"));
      assertEquals("degraded", balancer());
      assertEquals(1, status().at("/balancer/reasons").size());
    }

    @Test
    void keepsServingTheLastListWhileTheAgentIsGone() throws Exception {
      RealHaproxy haproxy = haproxy().start();
      RealSerf agent = keep(RealSerf.named("ha").tag("role", "balancer").start());
      var app = keep(new AppServer("one"));
      backend("s1", app, agent);
      sidecar(haproxy, agent.rpcPort(), null);
      awaitRows("s1 slot1 serving");
      agent.kill();
      await().until(() -> reasons().contains("serf rpc"));
      stopSidecar();
      sidecar(haproxy, agent.rpcPort(), null);
      await().until(() -> reasons().contains("connection refused"));
      assertEquals(List.of("s1 slot1 serving"), rows());
      assertEquals("one", through(haproxy));
    }

    @Test
    void actsOnTheLinesOfThePipeAloneWhereNoRpcIsConfigured() throws Exception {
      RealHaproxy haproxy = haproxy().start();
      var app = keep(new AppServer("one"));
      sidecar(haproxy, 0, null);
      await().until(() -> get("/readyz").statusCode() == 200);
      write("member-join\ts1\t127.0.0.1\tbackend\trole=backend,port=" + app.port());
      awaitRows("s1 slot1 serving");
      write("member-leave\ts1\t127.0.0.1\tbackend\trole=backend,port=" + app.port());
      awaitRows("s1 slot1 parked");
      write("nonsense");
      await().until(() -> status().at("/events").toString().contains("\"pipe\""));
      write("member-join\ts1\t127.0.0.1\tbackend\trole=backend,port=" + app.port());
      awaitRows("s1 slot1 serving");
    }
  }
}
