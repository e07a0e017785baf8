package io.rollcall.http;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.OperatorAction;
import io.rollcall.metrics.PrometheusMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ActionRoutesTest {
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();
  private final PrometheusMetrics meters = new PrometheusMetrics();
  private final List<OperatorAction> given = new ArrayList<>();
  private @Nullable String refusal;
  private int port;

  @BeforeEach
  void listen() throws Exception {
    OperatorActions orders =
        (order, from) -> {
          assertEquals("127.0.0.1", from);
          given.add(order);
          return Future.succeededFuture(refusal);
        };
    port =
        new StatusServer(
                vertx, "s3cr3t", new RecordedActions(), orders, RecordedActions.NO_SESSIONS, meters)
            .listen("127.0.0.1", 0)
            .await(5, SECONDS);
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1" + path))
            .header("Authorization", "Bearer s3cr3t")
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /pools/nodes/members/s1/drain, 'SetState nodes s1 drain'",
    "POST, /pools/nodes/members/s1/maint, 'SetState nodes s1 maint'",
    "POST, /pools/nodes/members/s1/ready, 'SetState nodes s1 ready'",
    "DELETE, /pools/nodes/members/s1/intent, 'ClearIntent nodes s1 back to automatic'",
    "POST, /pools/nodes/members/a%2Fb%20%3Cc%3E/drain, 'SetState nodes a/b <c> drain'",
    "POST, /pools/nodes/release-hold, 'ReleaseHold nodes  release the hold'",
    "POST, /resync, 'Resync   resync'"
  })
  void turnsARequestIntoAnOrder(String method, String path, String order) throws Exception {
    var response = send(method, path, "");
    assertEquals(202, response.statusCode(), response.body());
    assertEquals(List.of(order), given.stream().map(ActionRoutesTest::words).toList());
  }

  private static String words(OperatorAction order) {
    String about =
        switch (order) {
          case OperatorAction.OfMember one -> one.backend() + " " + one.member();
          case OperatorAction.ReleaseHold release -> release.backend() + " ";
          case OperatorAction.Resync _ -> " ";
        };
    return order.getClass().getSimpleName() + " " + about + " " + order;
  }

  @Test
  void setsAWeight() throws Exception {
    var response = send("PUT", "/pools/nodes/members/s1/weight", "{\"weight\": 0}");
    assertEquals(202, response.statusCode());
    assertEquals(List.of(new OperatorAction.SetWeightTo("nodes", "s1", 0)), given);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no",
        "[]",
        "{}",
        "{\"weight\":257}",
        "{\"weight\":-1}",
        "{\"weight\":1.5}",
        "{\"weight\":5}{\"weight\":6}",
        "{\"weight\":5}x",
        "{\"weight\":5,\"weight\":7}"
      })
  void refusesAWeightOutOfRange(String body) throws Exception {
    var response = send("PUT", "/pools/nodes/members/s1/weight", body);
    assertEquals(400, response.statusCode());
    assertTrue(response.body().contains("N from 0 to 256"), response.body());
    assertEquals(List.of(), given);
  }

  @Test
  void saysWhereThereIsNobodyToObey() throws Exception {
    refusal = "pool nodes has no member s9";
    var response = send("POST", "/pools/nodes/members/s9/drain", "");
    assertEquals(404, response.statusCode());
    assertTrue(response.body().contains(refusal));
    assertEquals(
        "application/problem+json", response.headers().firstValue("content-type").orElse(""));
  }

  @Test
  void saysWhichMethodAnActionTakes() throws Exception {
    var response = send("PUT", "/pools/nodes/members/s1/drain", "");
    assertEquals(405, response.statusCode());
    assertEquals("POST", response.headers().firstValue("allow").orElse(""));
  }
}
