package io.rollcall.testing;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.io.InputStream;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The HTTP client of the tests. It talks to one host and port: a sidecar, whose status it reads in
 * parts and to which it sends actions with {@link #TOKEN}, or HAProxy.
 */
public class TestClient implements AutoCloseable {
  /** The token of every sidecar that a test starts. */
  public static final String TOKEN = "token";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration MOVED = Duration.ofSeconds(15);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final String base;
  private final int port;
  private final HttpClient http;

  /** A client of this port of 127.0.0.1 that keeps no cookies. */
  public TestClient(int port) {
    this("127.0.0.1", port);
  }

  /** A client of this host that keeps no cookies. */
  public TestClient(String host, int port) {
    this(host, port, HttpClient.newHttpClient());
  }

  private TestClient(String host, int port, HttpClient http) {
    this.base = "http://" + host + ":" + port;
    this.port = port;
    this.http = http;
  }

  /** A client that keeps cookies, as a browser does; to be used {@link #at} a port. */
  public static TestClient withCookies() {
    return new TestClient(
        "127.0.0.1", 0, HttpClient.newBuilder().cookieHandler(new CookieManager()).build());
  }

  /** The same client, cookies included, at another port of 127.0.0.1. */
  public final TestClient at(int otherPort) {
    return new TestClient("127.0.0.1", otherPort, http);
  }

  public final int port() {
    return port;
  }

  public final String url() {
    return base + "/";
  }

  /**
   * The response to a request.
   *
   * @param headers names and values by turns
   */
  public final HttpResponse<String> send(String method, String path, String body, String... headers)
      throws IOException {
    return send(request(method, path, body, headers).timeout(TIMEOUT), BodyHandlers.ofString());
  }

  public final HttpResponse<String> get(String path, String... headers) throws IOException {
    return send("GET", path, "", headers);
  }

  /** Sends an action with the token; the path begins after {@code /api/v1/}. */
  @CanIgnoreReturnValue
  public final HttpResponse<String> action(String method, String path, String body)
      throws IOException {
    return send(method, "/api/v1/" + path, body, "Authorization", "Bearer " + TOKEN);
  }

  /** Sends an action on a pool without a body; the path begins after {@code /api/v1/pools/}. */
  @CanIgnoreReturnValue
  public final HttpResponse<String> post(String path) throws IOException {
    return action("POST", "pools/" + path, "");
  }

  /** The bytes of a response that may have no end. */
  public final InputStream open(String path) throws IOException {
    return send(request("GET", path, ""), BodyHandlers.ofInputStream()).body();
  }

  /** The lines of a stream, filled in as they arrive until this client is closed. */
  public final List<String> stream(String path, String... headers) throws IOException {
    HttpResponse<Stream<String>> response =
        send(request("GET", path, "", headers), BodyHandlers.ofLines());
    String type = header(response, "content-type");
    if (!type.equals("text/event-stream; charset=utf-8")) {
      throw new AssertionError("not a stream: " + type);
    }
    var lines = new CopyOnWriteArrayList<String>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            response.body().forEach(lines::add);
          } catch (RuntimeException _) {
            // the client was closed
          }
        });
    return lines;
  }

  private HttpRequest.Builder request(String method, String path, String body, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create(base + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    return headers.length > 0 ? request.headers(headers) : request;
  }

  private <T> HttpResponse<T> send(HttpRequest.Builder request, BodyHandler<T> handler)
      throws IOException {
    try {
      return http.send(request.build(), handler);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first value of a header; empty if there is none. */
  public static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  public final JsonNode json(String path) throws IOException {
    return JSON.readTree(get(path).body());
  }

  public final JsonNode status() throws IOException {
    return json("/api/v1/status");
  }

  public final String state() throws IOException {
    return status().at("/balancer/state").asText();
  }

  public final String reasons() throws IOException {
    return status().at("/balancer/reasons").toString();
  }

  /** The first problem with this code. */
  public final JsonNode problem(String reason) throws IOException {
    return elements(status().at("/balancer/problems"))
        .filter(problem -> problem.get("reason").asText().equals(reason))
        .findFirst()
        .orElseThrow();
  }

  /** The events of this kind in the status, each as {@code MEMBER TEXT}. */
  public final List<String> events(String kind) throws IOException {
    return elements(status().get("events"))
        .filter(event -> event.get("kind").asText().equals(kind))
        .map(event -> event.get("member").asText() + " " + event.get("text").asText())
        .toList();
  }

  /** The last event of this kind about the member. */
  public final JsonNode event(String name, String kind) throws IOException {
    return elements(status().get("events"))
        .filter(event -> event.get("kind").asText().equals(kind))
        .filter(event -> event.get("member").asText().equals(name))
        .reduce((_, last) -> last)
        .orElseThrow();
  }

  /** Each member of a pool as {@code NAME SLOT STATE}. */
  public final List<String> rows(String backend) throws IOException {
    return elements(pool(backend).get("members"))
        .map(row -> fields(row, "name", "slot", "state"))
        .toList();
  }

  public final List<String> rows() throws IOException {
    return rows("nodes");
  }

  public final JsonNode pool(String backend) throws IOException {
    return elements(status().get("pools"))
        .filter(pool -> pool.get("backend").asText().equals(backend))
        .findFirst()
        .orElseThrow();
  }

  public final JsonNode row(String backend, String name) throws IOException {
    return elements(pool(backend).get("members"))
        .filter(row -> row.get("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  public final JsonNode row(String name) throws IOException {
    return row("nodes", name);
  }

  /** The state of a member of the first pool; empty if the pool does not have it. */
  public final String state(String name) throws IOException {
    return elements(status().at("/pools/0/members"))
        .filter(row -> row.get("name").asText().equals(name))
        .map(row -> row.get("state").asText())
        .findFirst()
        .orElse("");
  }

  /** The other balancers as {@code NAME STATE AGREES}. */
  public final List<String> fleet() throws IOException {
    return elements(status().get("fleet"))
        .map(peer -> fields(peer, "name", "state", "agrees"))
        .toList();
  }

  public final void awaitFleet(String... peers) {
    await().atMost(MOVED).until(this::fleet, List.of(peers)::equals);
  }

  public final void awaitRows(String... rows) {
    await().atMost(MOVED).until(this::rows, List.of(rows)::equals);
  }

  /** Polls often, for tests that measure. */
  public final void awaitState(String name, String state) {
    await()
        .atMost(MOVED)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> state(name), state::equals);
  }

  private static String fields(JsonNode object, String... names) {
    return Stream.of(names).map(name -> object.get(name).asText()).collect(Collectors.joining(" "));
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
