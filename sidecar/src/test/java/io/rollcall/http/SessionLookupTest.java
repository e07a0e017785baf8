package io.rollcall.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.rollcall.metrics.PrometheusMetrics;
import io.rollcall.testing.EventLoop;
import io.vertx.core.Future;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SessionLookupTest {
  /** The key as HAProxy 2.6.12 prints it for this value: {@code sha1,hex}, in capitals. */
  private static final String COOKIE = "s%3Aabc.def";

  private static final String KEY = "1E0B4E4C20B1667438C306EF4EB2556AA164230B";

  private final EventLoop loop = new EventLoop();
  private final HttpClient client = HttpClient.newHttpClient();
  private final PrometheusMetrics meters = new PrometheusMetrics();
  private final List<String> asked = new ArrayList<>();
  private Future<SessionLocator.Holder> answer =
      Future.succeededFuture(new SessionLocator.Holder("nodes", "slot3", "s1"));
  private int port;

  @BeforeEach
  void listen() {
    var server =
        new StatusServer(
            loop.vertx(),
            "token",
            new RecordedActions(),
            RecordedActions.NO_ORDERS,
            key -> {
              asked.add(key);
              return answer;
            },
            meters);
    port = loop.get(() -> server.listen("127.0.0.1", 0));
  }

  @AfterEach
  void close() {
    client.close();
    loop.close();
    meters.close();
  }

  private HttpResponse<String> look(String body, String token) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/sessions/lookup"))
            .header("Authorization", "Bearer " + token)
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  @Test
  void asksForTheHashAsHaproxyWritesIt() throws Exception {
    var found = look("{\"cookie\":\"" + COOKIE + "\"}", "token");
    assertEquals(
        "{\"found\":true,\"pool\":\"nodes\",\"slot\":\"slot3\",\"member\":\"s1\"}\n", found.body());
    assertEquals(List.of(KEY), asked);
  }

  @Test
  void saysThatNobodyHoldsIt() throws Exception {
    answer = Future.succeededFuture();
    assertEquals(
        "{\"found\":false,\"pool\":null,\"slot\":null,\"member\":null}\n",
        look("{\"cookie\":\"" + COOKIE + "\"}", "token").body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{}",
        "[]",
        "{\"cookie\":1}",
        "{\"cookie\":\"\"}",
        "\"s3cret-value",
        "{\"cookie\":\"s3cret-value\"}{}",
        "{\"cookie\":\"s3cret-value\",\"cookie\":\"x\"}"
      })
  void refusesAnyOtherBodyWithoutRepeatingIt(String body) throws Exception {
    var refused = look(body, "token");
    assertEquals(400, refused.statusCode());
    assertFalse(refused.body().contains("s3cret-value"));
    assertEquals(List.of(), asked);
  }

  @Test
  void asksForTheToken() throws Exception {
    assertEquals(401, look("{\"cookie\":\"x\"}", "wrong").statusCode());
    assertEquals(List.of(), asked);
  }

  @Test
  void saysThatHaproxyDoesNotAnswer() throws Exception {
    answer = Future.failedFuture("HAProxy is away");
    var away = look("{\"cookie\":\"x\"}", "token");
    assertEquals(503, away.statusCode());
    assertEquals("application/problem+json", away.headers().firstValue("content-type").orElse(""));
  }
}
