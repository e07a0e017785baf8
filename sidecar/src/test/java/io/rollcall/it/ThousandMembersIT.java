package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.rollcall.testing.Browser;
import io.rollcall.testing.Figures;
import io.rollcall.testing.FreePorts;
import io.rollcall.testing.ProductHaproxy;
import io.rollcall.testing.ScriptedSerf;
import io.rollcall.testing.TestClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 1,000 members: a real HAProxy with 1,000 slots, the sidecar as its service starts it, with the
 * heap of the product, and the RPC of a scripted agent. {@code bench/status-page} watches for
 * longer and prints the table.
 */
class ThousandMembersIT {
  private static final int MEMBERS = 1000;
  private static final int STREAMS = 50;
  private static final int REQUESTS = 100;
  private static final int PAINTS = 5;
  private static final Duration WATCH =
      Duration.ofSeconds(Integer.getInteger("rollcall.watch", 15));
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private final int port = FreePorts.one();
  private final TestClient client = new TestClient(port);
  private final List<String> table = new ArrayList<>();
  private HttpServer app;
  private ScriptedSerf serf;
  private ProductHaproxy haproxy;
  private Process sidecar;

  @BeforeEach
  void startAll() throws Exception {
    app = app();
    serf = new ScriptedSerf(backends(app.getAddress().getPort()));
    haproxy =
        new ProductHaproxy(
            folder,
            text ->
                text.replace("slot 1-64 ", "slot 1-" + MEMBERS + " ")
                    .replace("inter 200ms", "inter 10s"));
    sidecar = sidecar();
  }

  @AfterEach
  void stopAll() throws IOException {
    sidecar.destroy();
    haproxy.close();
    serf.close();
    app.stop(0);
  }

  @Test
  void staysUsableOnThePageAndCheapWhoeverLooks() throws Exception {
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofSeconds(1))
        .failFast(() -> {
          if (!sidecar.isAlive()) {
            throw new IllegalStateException(log());
          }
        })
        .until(() -> serving() == MEMBERS);
    double status = median("/api/v1/status");
    var _ = median("/");
    var _ = median("/?all=1");
    var _ = median("/metrics");
    double atRest = share("nobody looks");
    double streams = streams("/api/v1/stream") - atRest;
    double pages = streams("/live?seen=0") - atRest;
    long paint = paint();
    tell("resident memory, MiB", String.valueOf(resident()));
    Figures.tell("status-page", table);
    assertAll(
        () -> assertTrue(status < 50, "a status took " + status + " ms at the median"),
        () -> assertTrue(streams < 5, "the streams took " + streams + " % of a core"),
        () -> assertTrue(pages < 5, "the open pages took " + pages + " % of a core"),
        () -> assertTrue(paint < 1000, "the first paint came after " + paint + " ms"));
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

  private Process sidecar() throws IOException {
    var builder = new ProcessBuilder("sh", "../ha/services/sidecar/run");
    builder
        .environment()
        .putAll(
            Map.of(
                "JAVA_HOME", System.getProperty("java.home"),
                "ROLLCALL_JAR", "target/sidecar.jar",
                "ROLLCALL_CONF", "../conf",
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

  private String log() throws IOException {
    return "the sidecar ended: " + Files.readString(folder.resolve("sidecar.log"));
  }

  private long serving() throws Exception {
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
  private String get(String path) throws IOException {
    try {
      return client.get(path, "Accept", "text/html").body();
    } catch (ConnectException _) {
      return "";
    }
  }

  private URI address(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private double median(String path) throws Exception {
    var micros = new ArrayList<Long>();
    int size = 0;
    for (int i = 0; i < REQUESTS; i++) {
      long began = System.nanoTime();
      size = get(path).length();
      micros.add((System.nanoTime() - began) / 1000);
    }
    micros.sort(null);
    double median = micros.get(REQUESTS / 2) / 1000.0;
    tell(
        "GET " + path + ", ms at the median, at 95 %; KiB",
        "%.1f, %.1f; %d".formatted(median, micros.get(REQUESTS * 95 / 100) / 1000.0, size / 1024));
    return median;
  }

  /** What the sidecar takes while so many read this, in hundredths of a core. */
  private double streams(String path) throws Exception {
    var read = new LongAdder();
    try (var readers = new TestClient(port)) {
      for (int i = 0; i < STREAMS; i++) {
        var body = readers.open(path);
        Thread.ofVirtual()
            .start(() -> {
              byte[] chunk = new byte[1 << 16];
              try (body) {
                for (int n = body.read(chunk); n >= 0; n = body.read(chunk)) {
                  read.add(n);
                }
              } catch (IOException _) {
                // enough was read
              }
            });
      }
      // each begins with a whole page
      await().until(() -> get("/metrics").contains("rollcall_streams " + STREAMS));
      pass(WATCH.dividedBy(2));
      long before = read.sum();
      double share = share(STREAMS + " readers of " + path);
      tell("bytes/s for each", String.valueOf((read.sum() - before) / STREAMS / WATCH.toSeconds()));
      return share;
    }
  }

  /** The middle one of some, in ms. */
  private long paint() {
    String entries = "performance.getEntriesByName('first-contentful-paint')";
    var millis = new ArrayList<Long>();
    try (var browser = new Browser()) {
      for (int i = 0; i < PAINTS; i++) {
        browser.open(address("/").toString());
        await().until(() -> browser.run("return " + entries + ".length").equals(1L));
        var painted = (Number) browser.run("return " + entries + "[0].startTime");
        millis.add(painted.longValue());
      }
    }
    tell("first paint in Chromium, ms", millis.toString());
    millis.sort(null);
    return millis.get(PAINTS / 2);
  }

  /** The processor time that the sidecar takes from now on, in hundredths of a core. */
  private double share(String what) throws IOException {
    long before = ticks();
    pass(WATCH);
    double share = (ticks() - before) / (double) WATCH.toSeconds();
    tell(what + ", hundredths of one core", "%.2f".formatted(share));
    return share;
  }

  private static void pass(Duration time) {
    await().during(time).atMost(time.plusSeconds(5)).until(() -> true);
  }

  /** In hundredths of a second. */
  private long ticks() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + sidecar.pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }

  private long resident() throws IOException {
    return Files.readString(Path.of("/proc/" + sidecar.pid() + "/status"))
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  private void tell(String what, String figure) {
    table.add("| " + what + " | " + figure + " |");
  }
}
