package io.rollcall.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.rollcall.testing.AppServer;
import io.rollcall.testing.Load;
import io.rollcall.testing.TestClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A rolling deploy of six instances by the script of docs/command-line.md, under load. In the place
 * of {@code ssh} a request to this test restarts an application.
 */
class DeployIT {
  private static final int INSTANCES = 6;
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path folder;
  private final Map<String, AppServer> apps = new ConcurrentHashMap<>();
  private Balancer balancer;
  private HttpServer machines;
  private volatile String sick = "";

  @BeforeEach
  void start() throws Exception {
    balancer = new Balancer(folder, INSTANCES);
    balancer.startAll();
    for (String name : names()) {
      var app = new AppServer(name);
      apps.put(name, app);
      var _ = balancer.backend(name, app);
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() ->
            balancer.status().at("/pools/0/members").toString().split("\"serving\"", -1).length
                > INSTANCES);
    machines = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    machines.createContext(
        "/",
        exchange -> {
          restart(exchange.getRequestURI().getPath().substring(1));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    machines.start();
  }

  @AfterEach
  void stop() {
    machines.stop(0);
    apps.values().forEach(AppServer::close);
    balancer.close();
  }

  private static List<String> names() {
    return IntStream.rangeClosed(1, INSTANCES).mapToObj(i -> "s" + i).toList();
  }

  /** The application ends at once and starts again at the same port. */
  private void restart(String name) {
    AppServer old = apps.remove(name);
    old.close();
    var next = new AppServer(name, old.address(), old.port());
    next.healthy(!name.equals(sick));
    apps.put(name, next);
  }

  /** The script of the documentation. */
  private String script(String wait) throws IOException {
    String page = Files.readString(ROOT.resolve("docs/command-line.md"));
    String script = page.split("```sh\n", 2)[1].split("```", 2)[0];
    return script
        .replace("ssh \"$member\" systemctl restart app", "curl -fs \"$MACHINES/$member\"")
        .replace("--state serving", "--state serving " + wait);
  }

  private record Ended(int status, String output) {}

  private Ended run(String script) throws Exception {
    var builder = new ProcessBuilder("sh", "-c", script).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("SIDECAR_"));
    environment.put("PATH", ROOT.resolve("bin") + ":" + environment.get("PATH"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("ROLLCALL_LAB_DIR", folder.resolve("no-lab").toString());
    environment.put("MACHINES", "http://127.0.0.1:" + machines.getAddress().getPort());
    environment.put("SIDECAR_HTTP_HOST", "127.0.0.1");
    environment.put("SIDECAR_HTTP_PORT", String.valueOf(balancer.port()));
    environment.put("SIDECAR_HTTP_TOKEN", TestClient.TOKEN);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertTrue(process.waitFor(120, TimeUnit.SECONDS), output);
    return new Ended(process.exitValue(), output);
  }

  @Test
  void losesNoRequestAndStopsAtAnInstanceThatNeverGetsHealthy() throws Exception {
    try (var load = new Load(balancer.haproxy.httpPort(), 300, 0)) {
      Ended deploy = run(script(""));
      assertEquals(0, deploy.status(), deploy.output());
      sick = "s3";
      Ended stopped = run(script("--timeout 2s"));
      assertNotEquals(0, stopped.status(), stopped.output());
      assertTrue(stopped.output().contains("s3 is "), stopped.output());
      var outcomes = load.end();
      assertEquals(
          List.of(),
          outcomes.stream().filter(outcome -> !outcome.ok()).map(Load.Outcome::what).toList());
      assertTrue(outcomes.size() > 1000, "requests: " + outcomes.size());
    }
    // nothing after the sick instance was taken out
    String members = balancer.status().at("/pools/0/members").toString();
    assertEquals(INSTANCES - 1, members.split("\"serving\"", -1).length - 1, members);
  }
}
