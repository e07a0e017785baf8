package io.rollcall;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

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
import java.net.CookieManager;
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
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * One balancer: a real HAProxy with four slots a backend, a real Serf agent, a real FIFO, and the
 * sidecar between them in this JVM. Each is started by the test; all of it ends with {@link
 * #close}.
 */
final class Balancer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration MOVED = Duration.ofSeconds(15);

  final RealHaproxy haproxy;
  private final Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final int port = FreePorts.one();
  private final Vertx vertx = Vertx.vertx();
  private @Nullable RealSerf agent;
  private @Nullable String authKey;
  private Map<String, Map<String, String>> pools = Map.of("nodes", Map.of("role", "backend"));
  private Duration suspectTimeout = Duration.ofSeconds(60);
  private int growTo;
  private String deployment = "";

  /** Makes the FIFO and HAProxy's files; nothing runs yet. */
  Balancer(Path folder) {
    this.folder = folder;
    haproxy = keep(RealHaproxy.in(folder, 4));
    pipe();
  }

  void pipe() {
    try {
      assertEquals(0, new ProcessBuilder("mkfifo", pipeFile().toString()).start().waitFor());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  Path pipeFile() {
    return folder.resolve("serf.pipe");
  }

  Path stateDir() {
    return folder.resolve("state");
  }

  /** Ends the part with the balancer. */
  @CanIgnoreReturnValue
  <T extends AutoCloseable> T keep(T part) {
    open.add(part);
    return part;
  }

  /** The key that the sidecar gives to the agent. */
  void authKey(String key) {
    authKey = key;
  }

  void suspectTimeout(Duration time) {
    suspectTimeout = time;
  }

  void growTo(int slots) {
    growTo = slots;
  }

  /** The tags that each backend asks for; without this {@code nodes} has every backend. */
  void pools(Map<String, Map<String, String>> rules) {
    pools = new TreeMap<>(rules);
  }

  /** Starts the balancer's own agent; without one the sidecar has the pipe only. */
  @CanIgnoreReturnValue
  RealSerf serf(RealSerf.Setup setup) {
    agent = keep(setup.tag("role", "balancer").start());
    return agent;
  }

  @CanIgnoreReturnValue
  RealSerf serf() {
    return serf(RealSerf.named("ha"));
  }

  RealSerf agent() {
    return Objects.requireNonNull(agent, "no agent was started");
  }

  /** HAProxy, agent and sidecar. */
  void startAll() throws Exception {
    var _ = haproxy.start();
    serf();
    start();
  }

  /** Starts the sidecar as its process would. */
  void start() throws Exception {
    var settings =
        new Settings(
            new Settings.Http("127.0.0.1", port, "token"),
            new Settings.Serf(
                pipeFile(),
                agent == null ? null : agent.ip(),
                agent == null ? 0 : agent.rpcPort(),
                authKey,
                Duration.ofSeconds(1)),
            new Settings.Haproxy(
                Path.of(haproxy.socket()),
                haproxy.stateFile(),
                Duration.ofSeconds(10),
                Duration.ofMillis(200)),
            stateDir(),
            pools.entrySet().stream().map(pool -> policy(pool.getKey(), pool.getValue())).toList(),
            new Settings.Mail(null, 25, Settings.Tls.STARTTLS, null, null, null, List.of()));
    deployment = vertx.deployVerticle(new Sidecar(settings, () -> {})).await(10, TimeUnit.SECONDS);
  }

  void stop() throws Exception {
    vertx.undeploy(deployment).await(10, TimeUnit.SECONDS);
  }

  private PoolPolicy policy(String backend, Map<String, String> match) {
    return new PoolPolicy(
        backend,
        match,
        3000,
        Duration.ofSeconds(2),
        Duration.ofMillis(200),
        suspectTimeout,
        0.5,
        growTo,
        "check inter 200ms rise 1 fall 2 weight 100");
  }

  /** How a backend with this application announces itself. */
  RealSerf.Setup announced(String name, AppServer app) {
    return RealSerf.named(name, app.address())
        .tag("role", "backend")
        .tag("port", String.valueOf(app.port()))
        .tag("boot", name + "-1")
        .join(agent());
  }

  @CanIgnoreReturnValue
  RealSerf backend(String name, AppServer app) {
    return keep(announced(name, app).start());
  }

  /** An application on 127.0.0.1. */
  AppServer app(String name) {
    return keep(new AppServer(name));
  }

  /** A line as a handler of the agent writes it. */
  void write(String line) throws IOException {
    Files.writeString(pipeFile(), line + "\n", StandardOpenOption.WRITE);
  }

  String url() {
    return "http://127.0.0.1:" + port + "/";
  }

  HttpResponse<String> get(String path) throws IOException {
    return send(
        http, HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build());
  }

  /** An order as the operator gives it. */
  HttpResponse<String> order(String method, String path, String body) throws IOException {
    return send(
        http,
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/pools/" + path))
            .header("Authorization", "Bearer token")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  HttpResponse<String> post(String path) throws IOException {
    return order("POST", path, "");
  }

  JsonNode status() throws IOException {
    return JSON.readTree(get("/api/v1/status").body());
  }

  String state() throws IOException {
    return status().at("/balancer/state").asText();
  }

  String reasons() throws IOException {
    return status().at("/balancer/reasons").toString();
  }

  /** All that the journal says, of this kind. */
  List<String> events(String kind) throws IOException {
    return stream(status().get("events"))
        .filter(event -> event.get("kind").asText().equals(kind))
        .map(event -> event.get("member").asText() + " " + event.get("text").asText())
        .toList();
  }

  /** Each member of a pool as {@code NAME SLOT STATE}. */
  List<String> rows(String backend) throws IOException {
    return stream(pool(backend).get("members"))
        .map(row ->
            Stream.of("name", "slot", "state")
                .map(field -> row.get(field).asText())
                .reduce((one, two) -> one + " " + two)
                .orElseThrow())
        .toList();
  }

  List<String> rows() throws IOException {
    return rows("nodes");
  }

  JsonNode pool(String backend) throws IOException {
    return stream(status().get("pools"))
        .filter(pool -> pool.get("backend").asText().equals(backend))
        .findFirst()
        .orElseThrow();
  }

  JsonNode row(String backend, String name) throws IOException {
    return stream(pool(backend).get("members"))
        .filter(row -> row.get("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  JsonNode row(String name) throws IOException {
    return row("nodes", name);
  }

  /** The other balancers as {@code NAME STATE AGREES}. */
  List<String> fleet() throws IOException {
    return stream(status().get("fleet"))
        .map(peer ->
            Stream.of("name", "state", "agrees")
                .map(field -> peer.get(field).asText())
                .collect(Collectors.joining(" ")))
        .toList();
  }

  void awaitFleet(String... peers) {
    await().atMost(MOVED).until(this::fleet, List.of(peers)::equals);
  }

  void awaitRows(String... rows) {
    await().atMost(MOVED).until(this::rows, List.of(rows)::equals);
  }

  /** A client that keeps its cookies. */
  static HttpClient jar() {
    return HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
  }

  /** What a client gets through HAProxy: the name of an application. */
  @CanIgnoreReturnValue
  String through(HttpClient client, String... headers) throws IOException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + haproxy.httpPort() + "/"));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return send(client, request.build()).body();
  }

  String through() throws IOException {
    return through(http);
  }

  private static HttpResponse<String> send(HttpClient client, HttpRequest request)
      throws IOException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  @Override
  public void close() {
    try {
      vertx.close().await(10, TimeUnit.SECONDS);
      for (AutoCloseable part : open.reversed()) {
        part.close();
      }
    } catch (Exception e) {
      throw new IllegalStateException("not everything ended", e);
    }
  }
}
