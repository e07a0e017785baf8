package io.rollcall.it;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rollcall.testing.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A sidecar by HTTP: what it shows and what it can be ordered. */
abstract class SidecarClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration MOVED = Duration.ofSeconds(15);

  final HttpClient http = HttpClient.newHttpClient();
  final int port = FreePorts.one();

  public String url() {
    return "http://127.0.0.1:" + port + "/";
  }

  public HttpResponse<String> get(String path) throws IOException {
    return send(
        http, HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build());
  }

  /** An order as the operator gives it. */
  public HttpResponse<String> order(String method, String path, String body) throws IOException {
    return send(
        http,
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/pools/" + path))
            .header("Authorization", "Bearer token")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  public HttpResponse<String> post(String path) throws IOException {
    return order("POST", path, "");
  }

  public JsonNode status() throws IOException {
    return JSON.readTree(get("/api/v1/status").body());
  }

  public String state() throws IOException {
    return status().at("/balancer/state").asText();
  }

  public String reasons() throws IOException {
    return status().at("/balancer/reasons").toString();
  }

  /** All that the journal says, of this kind. */
  public List<String> events(String kind) throws IOException {
    return stream(status().get("events"))
        .filter(event -> event.get("kind").asText().equals(kind))
        .map(event -> event.get("member").asText() + " " + event.get("text").asText())
        .toList();
  }

  /** Each member of a pool as {@code NAME SLOT STATE}. */
  public List<String> rows(String backend) throws IOException {
    return stream(pool(backend).get("members"))
        .map(row ->
            Stream.of("name", "slot", "state")
                .map(field -> row.get(field).asText())
                .reduce((one, two) -> one + " " + two)
                .orElseThrow())
        .toList();
  }

  public List<String> rows() throws IOException {
    return rows("nodes");
  }

  public JsonNode pool(String backend) throws IOException {
    return stream(status().get("pools"))
        .filter(pool -> pool.get("backend").asText().equals(backend))
        .findFirst()
        .orElseThrow();
  }

  public JsonNode row(String backend, String name) throws IOException {
    return stream(pool(backend).get("members"))
        .filter(row -> row.get("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  public JsonNode row(String name) throws IOException {
    return row("nodes", name);
  }

  /** The other balancers as {@code NAME STATE AGREES}. */
  public List<String> fleet() throws IOException {
    return stream(status().get("fleet"))
        .map(peer ->
            Stream.of("name", "state", "agrees")
                .map(field -> peer.get(field).asText())
                .collect(Collectors.joining(" ")))
        .toList();
  }

  public void awaitFleet(String... peers) {
    await().atMost(MOVED).until(this::fleet, List.of(peers)::equals);
  }

  public void awaitRows(String... rows) {
    await().atMost(MOVED).until(this::rows, List.of(rows)::equals);
  }

  public static HttpResponse<String> send(HttpClient client, HttpRequest request)
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
}
