package io.rollcall.it;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.rollcall.testing.FreePorts;
import io.rollcall.testing.ProductHaproxy;
import io.rollcall.testing.ScriptedSerf;
import io.rollcall.testing.TestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * 1,000 members: a real HAProxy with 1,000 slots, the sidecar of a checkout as its service starts
 * it, with the heap of the product, and the RPC of a scripted agent.
 */
final class ThousandMembers implements AutoCloseable {
  static final int MEMBERS = 1000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final int port = FreePorts.one();
  private final TestClient client = new TestClient(port);
  private final HttpServer app;
  private final ScriptedSerf serf;
  private final ProductHaproxy haproxy;
  private final Process sidecar;

  /**
   * Starts everything.
   *
   * @param folder for its files
   * @param checkout whose sidecar is started; it has been built
   */
  ThousandMembers(Path folder, Path checkout) throws IOException {
    this.folder = Files.createDirectories(folder);
    app = app();
    serf = new ScriptedSerf(backends(app.getAddress().getPort()));
    haproxy =
        new ProductHaproxy(
            folder,
            text ->
                text.replace("slot 1-64 ", "slot 1-" + MEMBERS + " ")
                    .replace("inter 200ms", "inter 10s"));
    sidecar = sidecar(checkout);
  }

  private static HttpServer app() throws IOException {
    var app = HttpServer.create(new InetSocketAddress("0.0.0.0", 0), MEMBERS);
    app.setExecutor(Executors.newFixedThreadPool(4));
    app.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    app.start();
    return app;
  }

  private static List<ScriptedSerf.Backend> backends(int appPort) {
    return IntStream.range(0, MEMBERS)
        .mapToObj(i ->
            new ScriptedSerf.Backend(
                "member-" + i,
                "127.1.%d.%d".formatted(i / 250, i % 250 + 1),
                Map.of(
                    "role",
                    "backend",
                    "port",
                    String.valueOf(appPort),
                    "zone",
                    "z" + i % 3,
                    "version",
                    "1.4." + i % 7)))
        .toList();
  }

  private Process sidecar(Path checkout) throws IOException {
    var builder = new ProcessBuilder("sh", checkout.resolve("ha/services/sidecar/run").toString());
    builder
        .environment()
        .putAll(
            Map.of(
                "JAVA_HOME", System.getProperty("java.home"),
                "ROLLCALL_JAR", checkout.resolve("sidecar/target/sidecar.jar").toString(),
                "ROLLCALL_CONF", checkout.resolve("conf").toString(),
                "SIDECAR_HTTP_HOST", "127.0.0.1",
                "SIDECAR_HTTP_PORT", String.valueOf(port),
                "SIDECAR_SERF_PIPE", folder.resolve("serf.pipe").toString(),
                "SIDECAR_SERF_RPC", "127.0.0.1:" + serf.port(),
                "SIDECAR_HAPROXY_SOCKET", haproxy.socket().toString(),
                "SIDECAR_HAPROXY_STATEFILE", haproxy.stateFile().toString(),
                "SIDECAR_STATE_DIR", folder.resolve("state").toString()));
    return builder
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("sidecar.log").toFile())
        .start();
  }

  void awaitServing() {
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofSeconds(1))
        .failFast(() -> {
          if (!sidecar.isAlive()) {
            throw new IllegalStateException(
                "the sidecar ended: " + Files.readString(folder.resolve("sidecar.log")));
          }
        })
        .until(() -> serving() == MEMBERS);
  }

  private long serving() throws IOException {
    String status = get("/api/v1/status");
    if (status.isEmpty()) {
      return 0;
    }
    var members = JSON.readTree(status).at("/pools/0/members");
    return StreamSupport.stream(members.spliterator(), false)
        .filter(member -> member.path("state").asText().equals("serving"))
        .count();
  }

  /** Empty while the sidecar does not listen yet. */
  String get(String path) throws IOException {
    try {
      return client.get(path, "Accept", "text/html").body();
    } catch (ConnectException _) {
      return "";
    }
  }

  int port() {
    return port;
  }

  /** The processor time of the sidecar, in hundredths of a second. */
  long ticks() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + sidecar.pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }

  /** The memory of the sidecar, in MiB. */
  long resident() throws IOException {
    return Files.readString(Path.of("/proc/" + sidecar.pid() + "/status"))
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    sidecar.destroy();
    try {
      haproxy.close();
      serf.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    app.stop(0);
    client.close();
  }
}
