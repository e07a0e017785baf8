package io.rollcall.http;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.OperatorAction;
import io.rollcall.testing.TestClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
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
  private final List<OperatorAction> given = new ArrayList<>();
  private @Nullable String refusal;
  private TestClient client;

  @BeforeEach
  void listen() throws Exception {
    OperatorActions actions =
        (action, from) -> {
          assertEquals("token from 127.0.0.1", from.toString());
          given.add(action);
          return Future.succeededFuture(refusal);
        };
    var server =
        new StatusServer(vertx, HttpAccess.of(TestClient.TOKEN), new StubStatus().ports(actions));
    client = new TestClient(server.listen("127.0.0.1", 0).await(5, SECONDS));
  }

  @AfterEach
  void close() {
    client.close();
    vertx.close().await();
  }

  @ParameterizedTest
  @CsvSource({
    "POST, pools/nodes/members/s1/drain, 'SetState nodes s1 drained'",
    "POST, pools/nodes/members/s1/maint, 'SetState nodes s1 set to maintenance'",
    "POST, pools/nodes/members/s1/ready, 'SetState nodes s1 kept ready'",
    "DELETE, pools/nodes/members/s1/intent, 'ClearIntent nodes s1 returned to automatic'",
    "POST, pools/nodes/members/a%2Fb%20%3Cc%3E/drain, 'SetState nodes a/b <c> drained'",
    "POST, pools/nodes/members/%2E/drain, 'SetState nodes . drained'",
    "POST, pools/nodes/members/%2e%2E/maint, 'SetState nodes .. set to maintenance'",
    "DELETE, pools/nodes/members/../intent, 'ClearIntent nodes .. returned to automatic'",
    "POST, pools/nodes/members/-/drain, 'SetState nodes - drained'",
    "POST, pools/nodes/members/100%25/drain, 'SetState nodes 100% drained'",
    "POST, pools/nodes/members/%252E/drain, 'SetState nodes %2E drained'",
    "POST, pools/nodes/release-hold, 'ReleaseHold nodes  release of the hold requested'",
    "POST, resync, 'Resync   resync requested'"
  })
  void turnsARequestIntoAnAction(String method, String path, String action) throws Exception {
    var response = client.action(method, path, "");
    assertEquals(202, response.statusCode(), response.body());
    assertEquals(List.of(action), given.stream().map(ActionRoutesTest::words).toList());
  }

  private static String words(OperatorAction action) {
    String about =
        switch (action) {
          case OperatorAction.OfMember one -> one.backend() + " " + one.member();
          case OperatorAction.ReleaseHold release -> release.backend() + " ";
          case OperatorAction.Resync _ -> " ";
        };
    return action.getClass().getSimpleName() + " " + about + " " + action;
  }

  @Test
  void setsAWeight() throws Exception {
    var response = client.action("PUT", "pools/nodes/members/s1/weight", "{\"weight\": 0}");
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
        "{\"weight\":5,\"weight\":7}",
        "{\"weight\":5,\"until\":\"2030-01-31T08:00:00Z\"}"
      })
  void refusesAWeightOutOfRange(String body) throws Exception {
    var response = client.action("PUT", "pools/nodes/members/s1/weight", body);
    assertEquals(400, response.statusCode());
    assertTrue(response.body().contains("a whole number from 0 to 256"), response.body());
    assertEquals(List.of(), given);
  }

  @Test
  void answers404WithTheReasonForARefusedAction() throws Exception {
    refusal = "pool nodes has no member s9";
    var response = client.action("POST", "pools/nodes/members/s9/drain", "");
    assertEquals(404, response.statusCode());
    assertTrue(response.body().contains(refusal));
    assertEquals("application/problem+json", TestClient.header(response, "content-type"));
  }

  @Test
  void answers405WithTheMethodOfTheAction() throws Exception {
    var response = client.action("PUT", "pools/nodes/members/s1/drain", "");
    assertEquals(405, response.statusCode());
    assertEquals("POST", TestClient.header(response, "allow"));
  }
}
