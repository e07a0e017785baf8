package io.rollcall.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.rollcall.testing.EventLoop;
import io.rollcall.testing.TestClient;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.http.HttpResponse;
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
  private final List<String> asked = new ArrayList<>();
  private Future<SessionLocator.Holder> answer =
      Future.succeededFuture(new SessionLocator.Holder("nodes", "slot3", "s1"));
  private TestClient client;

  @BeforeEach
  void listen() {
    SessionLocator sessions =
        key -> {
          asked.add(key);
          return answer;
        };
    var server =
        new StatusServer(
            loop.vertx(), HttpAccess.of(TestClient.TOKEN), new StubStatus().ports(sessions));
    client = new TestClient(loop.get(() -> server.listen("127.0.0.1", 0)));
  }

  @AfterEach
  void close() {
    client.close();
    loop.close();
  }

  private HttpResponse<String> look(String body) throws IOException {
    return client.action("POST", "sessions/lookup", body);
  }

  @Test
  void asksForTheHashAsHaproxyWritesIt() throws Exception {
    var found = look("{\"cookie\":\"" + COOKIE + "\"}");
    assertEquals(
        "{\"found\":true,\"pool\":\"nodes\",\"slot\":\"slot3\",\"member\":\"s1\"}\n", found.body());
    assertEquals(List.of(KEY), asked);
  }

  @Test
  void saysThatNoMemberHoldsIt() throws Exception {
    answer = Future.succeededFuture();
    assertEquals(
        "{\"found\":false,\"pool\":null,\"slot\":null,\"member\":null}\n",
        look("{\"cookie\":\"" + COOKIE + "\"}").body());
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
    var refused = look(body);
    assertEquals(400, refused.statusCode());
    assertFalse(refused.body().contains("s3cret-value"));
    assertEquals(List.of(), asked);
  }

  @Test
  void asksForTheToken() throws Exception {
    assertEquals(
        401, client.send("POST", "/api/v1/sessions/lookup", "{\"cookie\":\"x\"}").statusCode());
    assertEquals(List.of(), asked);
  }

  @Test
  void answers503WhileHaproxyIsUnreachable() throws Exception {
    answer = Future.failedFuture("HAProxy unreachable");
    var away = look("{\"cookie\":\"x\"}");
    assertEquals(503, away.statusCode());
    assertEquals("application/problem+json", TestClient.header(away, "content-type"));
  }
}
