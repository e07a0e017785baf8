package io.rollcall;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.rollcall.testing.Browser;
import io.rollcall.testing.FreePorts;
import io.rollcall.testing.ProductHaproxy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the status costs with 1,000 members: a real HAProxy with 1,000 slots, the sidecar as a
 * process of its own with the heap of the product, members by the lines of the pipe. Not a test:
 * run by {@code bench/status-page}, which prints the table.
 */
class StatusBench {
  private static final int MEMBERS = 1000;
  private static final int STREAMS = 50;
  private static final int REQUESTS = 200;
  private static final Duration WATCH = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private final int port = FreePorts.one();
  private Process sidecar;

  @Test
  void table() throws Exception {
    HttpServer app = app();
    var haproxy =
        new ProductHaproxy(
            folder,
            text ->
                text.replace("slot 1-64 ", "slot 1-" + MEMBERS + " ")
                    .replace("inter 200ms", "inter 10s"));
    try {
      sidecar = sidecar(haproxy);
      await().atMost(Duration.ofSeconds(30)).until(() -> get("/healthz").equals("ok\n"));
      join(app.getAddress().getPort());
      await()
          .atMost(Duration.ofMinutes(3))
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> serving() == MEMBERS);
      tell("members serving", String.valueOf(serving()));
      times("/api/v1/status");
      times("/");
      times("/?all=1");
      times("/metrics");
      tell("at rest, nobody looks", cpu());
      streams("/api/v1/stream");
      streams("/live?seen=0");
      paint();
      tell("resident memory, MiB", String.valueOf(resident()));
    } finally {
      if (sidecar != null && !sidecar.isAlive()) {
        System.out.println(
            Files.readString(folder.resolve("sidecar.log")).lines().toList().getLast());
      }
      if (sidecar != null) {
        sidecar.destroy();
      }
      haproxy.close();
      app.stop(0);
    }
  }

  private static HttpServer app() throws IOException {
    var app = HttpServer.create(new InetSocketAddress("0.0.0.0", 0), 1000);
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

  private Process sidecar(ProductHaproxy haproxy) throws Exception {
    Path pipe = folder.resolve("serf.pipe");
    if (new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() != 0) {
      throw new IllegalStateException("no FIFO at " + pipe);
    }
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx32m",
            "-XX:TieredStopAtLevel=1",
            "-Xss256k",
            "-XX:+ExitOnOutOfMemoryError",
            "-Dvertx.disableFileCPResolving=true",
            "-Dvertx.disableFileCaching=true",
            "-Dio.netty.jfr.enabled=false",
            "-jar",
            "target/sidecar.jar",
            "--config",
            "../conf/sidecar.yaml");
    builder
        .environment()
        .putAll(
            Map.of(
                "SIDECAR_HTTP_HOST", "127.0.0.1",
                "SIDECAR_HTTP_PORT", String.valueOf(port),
                "SIDECAR_SERF_PIPE", pipe.toString(),
                "SIDECAR_SERF_RPC", "",
                "SIDECAR_HAPROXY_SOCKET", haproxy.socket().toString(),
                "SIDECAR_HAPROXY_STATEFILE", haproxy.stateFile().toString(),
                "SIDECAR_STATE_DIR", folder.resolve("state").toString()));
    return builder
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("sidecar.log").toFile())
        .start();
  }

  private void join(int appPort) throws IOException {
    for (int i = 0; i < MEMBERS; i++) {
      String line =
          "member-join\tmember-%d\t127.1.%d.%d\tbackend\trole=backend,port=%d,zone=z%d,version=1.4.%d\n"
              .formatted(i, i / 250, i % 250 + 1, appPort, i % 3, i % 7);
      Files.writeString(folder.resolve("serf.pipe"), line, StandardOpenOption.WRITE);
    }
  }

  private long serving() throws Exception {
    JsonNode members = JSON.readTree(get("/api/v1/status")).at("/pools/0/members");
    long serving = 0;
    for (JsonNode member : members) {
      serving += member.path("state").asText().equals("serving") ? 1 : 0;
    }
    return serving;
  }

  private String get(String path) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Accept", "text/html");
    try {
      return client.send(request.build(), BodyHandlers.ofString()).body();
    } catch (java.net.ConnectException _) {
      return "";
    }
  }

  private void times(String path) throws Exception {
    var micros = new ArrayList<Long>();
    int size = 0;
    for (int i = 0; i < REQUESTS; i++) {
      long began = System.nanoTime();
      size = get(path).length();
      micros.add((System.nanoTime() - began) / 1000);
    }
    List<Long> sorted = micros.stream().sorted().toList();
    tell(
        "GET " + path + ", ms at the median, at 95 %; KiB",
        "%.1f, %.1f; %d"
            .formatted(
                sorted.get(REQUESTS / 2) / 1000.0,
                sorted.get(REQUESTS * 95 / 100) / 1000.0,
                size / 1024));
  }

  private void streams(String path) throws Exception {
    var read = new LongAdder();
    try (var readers = HttpClient.newHttpClient()) {
      for (int i = 0; i < STREAMS; i++) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
        var body = client.send(request, BodyHandlers.ofInputStream()).body();
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              byte[] chunk = new byte[1 << 16];
              try (body) {
                for (int n = body.read(chunk); n >= 0; n = body.read(chunk)) {
                  read.add(n);
                }
              } catch (IOException _) {
                // the sidecar was stopped
              }
            });
      }
      await().during(Duration.ofSeconds(15)).atMost(Duration.ofSeconds(20)).until(() -> true);
      long before = read.sum();
      String cost = cpu();
      long each = (read.sum() - before) / STREAMS / WATCH.toSeconds();
      tell(STREAMS + " readers of " + path, cost + ", " + each + " bytes/s each");
      readers.shutdownNow();
    }
  }

  private void paint() {
    try (var browser = new Browser()) {
      var millis = new ArrayList<Long>();
      for (int i = 0; i < 5; i++) {
        browser.open("http://127.0.0.1:" + port + "/");
        await()
            .until(() ->
                browser.run("return performance.getEntriesByName('first-contentful-paint').length")
                        instanceof Long n
                    && n == 1);
        millis.add(
            ((Number)
                    browser.run(
                        "return performance.getEntriesByName('first-contentful-paint')[0].startTime"))
                .longValue());
      }
      tell("first paint in Chromium, ms, each of five", millis.toString());
    }
  }

  /** Ticks of 10 ms that the process took meanwhile, as a share of one core. */
  private String cpu() throws IOException {
    long before = ticks();
    await().during(WATCH).atMost(WATCH.plusSeconds(5)).until(() -> true);
    return "%.2f %% of one core".formatted((ticks() - before) / (double) WATCH.toSeconds());
  }

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

  private static void tell(String what, String figure) {
    System.out.println("| " + what + " | " + figure + " |");
  }
}
