package io.rollcall.http;

import static io.rollcall.http.Samples.S1;
import static io.rollcall.http.Samples.UNKNOWN;
import static io.rollcall.http.Samples.row;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rollcall.core.model.MemberState;
import io.rollcall.core.status.Format;
import io.rollcall.http.guard.ConnectionCloser;
import io.rollcall.http.guard.ServerLimits;
import io.rollcall.testing.TestClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StatusServerTest {
  private static final String HOST = "127.0.0.1";
  private static final Vertx VERTX = Vertx.vertx();
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** The head of an action with its token, but for its end. */
  private static final String POST =
      "POST /api/v1/resync HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer token\r\n";

  private final StubStatus source = new StubStatus();
  private StatusServer server =
      new StatusServer(VERTX, HttpAccess.of(TestClient.TOKEN), source.ports());
  private TestClient client;

  @BeforeEach
  void listen() {
    client = new TestClient(await(server.listen(HOST, 0)));
  }

  @AfterEach
  void close() {
    client.close();
    var _ = await(server.close());
  }

  @AfterAll
  static void stop() {
    var _ = await(VERTX.close());
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(5, SECONDS).join();
  }

  private static String failure(Future<?> future) {
    var failure = assertThrows(CompletionException.class, () -> await(future));
    return String.valueOf(Objects.requireNonNull(failure.getCause()).getMessage());
  }

  private HttpResponse<String> send(String method, String path, String... headers)
      throws IOException {
    return client.send(method, path, "", headers);
  }

  private static void assertProblem(int status, String detail, HttpResponse<String> response)
      throws IOException {
    assertEquals(status, response.statusCode(), response::body);
    assertEquals("application/problem+json", TestClient.header(response, "content-type"));
    JsonNode problem = MAPPER.readTree(response.body());
    assertEquals(status, problem.path("status").asInt());
    assertEquals("about:blank", problem.path("type").asText());
    assertFalse(problem.path("title").asText().isEmpty());
    assertEquals(detail, problem.path("detail").asText());
  }

  @Test
  void givesThePageToABrowser() throws Exception {
    var page = send("GET", "/", "Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
    assertEquals(200, page.statusCode());
    assertEquals("text/html; charset=utf-8", TestClient.header(page, "content-type"));
    assertTrue(page.body().contains("nodes: 2 of 2 up<"), page::body);
    assertTrue(
        TestClient.header(page, "content-security-policy")
            .startsWith("default-src 'none'; script-src 'self'; style-src 'self';"),
        () -> page.headers().toString());
    assertEquals("", TestClient.header(page, "server"));
    assertEquals("nosniff", TestClient.header(page, "x-content-type-options"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"*/*", "text/plain", "application/json", "text/html;q=0"})
  void givesTextToOtherClients(String accept) throws Exception {
    var text = send("GET", "/", "Accept", accept);
    assertEquals("text/plain; charset=utf-8", TestClient.header(text, "content-type"));
    assertEquals("accept", TestClient.header(text, "vary"));
    assertEquals("nodes: 2 of 2 up", text.body().lines().findFirst().orElse(""));
  }

  @Test
  void givesTheStatusWithEveryKeyOfTheContract() throws Exception {
    source.status = Samples.status(S1, UNKNOWN);
    var response = send("GET", "/api/v1/status");
    assertEquals("application/json", TestClient.header(response, "content-type"));
    JsonNode status = MAPPER.readTree(response.body());
    assertEquals(
        MAPPER.readTree(
            """
            { "at": "2026-11-22T10:00:00Z",
              "balancer": {"name": "ha", "version": "0.1.0", "startedAt": "2026-11-22T08:00:00Z",
                "state": "in-sync", "reasons": [], "health": "warning",
                "problems": [{"reason": "member-waiting", "severity": "warning", "pool": "nodes",
                  "members": ["new"], "title": "new waiting", "detail": "no free slot",
                  "since": "2026-11-22T09:59:57Z", "command": "rollcall plan",
                  "help": "/docs/troubleshooting#member-waiting"}]},
              "serf": {"reachable": true, "members": 3, "alive": 3, "failed": 0, "left": 0,
                "healthScore": 0, "encrypted": true, "rpcKey": true, "lastEventAt": "2026-11-22T09:59:56Z",
                "lastResyncAt": "2026-11-22T09:59:48Z"},
              "haproxy": {"reachable": true, "version": "2.6.12", "pid": 77,
                "uptimeSeconds": 10800, "currentConnections": 5, "requestRate": 14,
                "restartsSeen": 0, "lastReadAt": "2026-11-22T09:59:59Z", "oldWorkers": []},
              "pools": [ {"backend": "nodes", "held": false,
                "slots": {"total": 64, "free": 62, "used": 2},
                "drift": {"found": 0, "repaired": 0},
                "members": [
                  {"name": "s1", "address": "127.0.0.11", "port": 3000, "slot": "slot1",
                   "state": "serving", "since": "2026-11-22T09:58:30Z", "why": "check passes",
                   "held": false, "intent": null, "gossip": "alive", "check": "L7OK",
                   "tags": {"port": "3000", "role": "backend"}, "weight": 100,
                   "sessions": {"sticky": 12, "current": 1, "total": 340},
                   "requestRate": 7, "errors": 0, "reason": null,
                   "counters": {"responses2xx": 300, "responses3xx": 20, "responses4xx": 12,
                     "responses5xx": 8, "queueMillis": 1, "connectMillis": 2,
                     "responseMillis": 15, "downSeconds": 7, "changedSeconds": 3600,
                     "bytesIn": 4096, "bytesOut": 65536, "retries": 5, "redispatches": 6,
                     "clientAborts": 9, "serverAborts": 10, "checkMillis": 3,
                     "checkCode": 200, "checkText": "OK"},
                   "drain": null},
                  {"name": "new", "address": null, "port": null, "slot": null,
                   "state": "waiting", "since": "2026-11-22T09:59:57Z", "why": "no free slot",
                   "held": false, "intent": null, "gossip": "unknown", "check": null,
                   "tags": {}, "weight": null,
                   "sessions": {"sticky": null, "current": null, "total": null},
                   "requestRate": null, "errors": null,
                   "reason": "member-waiting", "counters": null, "drain": null} ],
                "others": 0, "observe": false, "planned": [] } ],
              "fleet": [
                {"name": "ha2", "address": "127.0.0.2", "state": "alive", "agrees": null}],
              "events": [
                {"id": 7, "at": "2026-11-22T09:58:30Z", "kind": "joined", "member": "s1",
                 "pool": "nodes", "slot": "slot1", "text": "s1 serves in nodes/slot1",
                 "tookMicros": 1200, "effect": null},
                {"id": 8, "at": "2026-11-22T09:58:30Z", "kind": "joined", "member": "s2",
                 "pool": "nodes", "slot": "slot1", "text": "s2 serves in nodes/slot1",
                 "tookMicros": 1200, "effect": null} ],
              "mail": null }
            """),
        status);
  }

  @Test
  void sortsTheTagsInJsonAndText() throws Exception {
    var tags = Map.of("zone", "a", "port", "80", "role", "backend", "boot", "7");
    source.status = Samples.status(row("s1", MemberState.SERVING, tags));
    String json = send("GET", "/api/v1/status").body();
    String sorted =
        """
        "tags":{"boot":"7","port":"80","role":"backend","zone":"a"}\
        """;
    assertTrue(json.contains(sorted), json);
    assertEquals(
        "boot=7 port=80 role=backend zone=a",
        Format.tags(source.status.pools().getFirst().members().getFirst()));
  }

  @Test
  void givesHostileTextsUnchangedInJson() throws Exception {
    String name = "<script>alert(1)</script>\t\"'\u202e\0";
    source.status = Samples.status(row(name, MemberState.SERVING, Map.of("q\"", name)));
    JsonNode member =
        MAPPER.readTree(send("GET", "/api/v1/status").body()).at("/pools/0/members/0");
    assertEquals(name, member.path("name").asText());
    assertEquals(name, member.path("tags").path("q\"").asText());
  }

  @ParameterizedTest
  @CsvSource({
    "'', '7 8'",
    "?since=0, '7 8'",
    "?since=7, 8",
    "?since=8, ''",
    "?since=9223372036854775807, ''"
  })
  void givesTheEventsAfterAnId(String query, String ids) throws Exception {
    JsonNode events = MAPPER.readTree(send("GET", "/api/v1/events" + query).body()).path("events");
    var found = new ArrayList<String>();
    events.forEach(event -> found.add(event.path("id").asText()));
    assertEquals(ids, String.join(" ", found));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-1", "1.5", "99999999999999999999", "%00"})
  void refusesABadSince(String since) throws Exception {
    assertProblem(
        400,
        "since: expected the id of an event, an integer from 0",
        send("GET", "/api/v1/events?since=" + since));
  }

  @Test
  void isHealthyWhileTheLoopRuns() throws Exception {
    source.sinceTurn = Duration.ofSeconds(30);
    assertEquals(200, send("GET", "/healthz").statusCode());
    source.sinceTurn = Duration.ofSeconds(31);
    assertProblem(
        503, "reconcile loop last ran 31 s ago, expected at most 30 s", send("GET", "/healthz"));
  }

  @Test
  void isReadyOnceThereIsNoReasonAgainstIt() throws Exception {
    source.unready = "HAProxy unreachable";
    assertProblem(503, "HAProxy unreachable", send("GET", "/readyz"));
    source.unready = null;
    var ready = send("GET", "/readyz");
    assertEquals(200, ready.statusCode());
    assertEquals("ok\n", ready.body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/api/v1/status", "/api/v1/events", "/healthz", "/readyz"})
  void answersHeadAsGetWithoutABody(String path) throws Exception {
    var get = send("GET", path);
    var head = send("HEAD", path);
    assertEquals(200, head.statusCode());
    assertEquals("", head.body());
    assertEquals(get.headers().map(), head.headers().map());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nothing", "/api/v1", "/api/v1/status/x", "/..%2f..%2fetc/passwd"})
  void answers404WithAProblem(String path) throws Exception {
    assertProblem(404, "no such path", send("GET", path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
  void answers405WithTheMethodsThereAre(String method) throws Exception {
    var response = send(method, "/api/v1/status", "Authorization", "bearer token");
    assertProblem(405, "method not allowed; allowed here: GET, HEAD", response);
    assertEquals("GET, HEAD", TestClient.header(response, "allow"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"BREW", "CONNECT"})
  void answers501ToAMethodThatItDoesNotKnow(String method) throws Exception {
    String answer = raw(method + " / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assertRawProblem(501, answer);
  }

  @Test
  void setsTheHeadersThatMakeABrowserCareful() throws Exception {
    for (String path : List.of("/", "/nothing", "/assets/rollcall.js")) {
      var response = send("GET", path);
      assertEquals("DENY", TestClient.header(response, "x-frame-options"));
      assertEquals("same-origin", TestClient.header(response, "cross-origin-opener-policy"));
      assertEquals("same-origin", TestClient.header(response, "cross-origin-resource-policy"));
      assertEquals("no-referrer", TestClient.header(response, "referrer-policy"));
    }
  }

  @Test
  void answersOnlyToTheHostsThatAreConfigured() throws Exception {
    close();
    server =
        new StatusServer(
            VERTX, HttpAccess.of().forHosts("ha.example.org", "127.0.0.1"), source.ports());
    listen();
    assertEquals(200, send("GET", "/").statusCode());
    String get = " HTTP/1.1\r\nConnection: close\r\nHost: ";
    assertStatus(200, raw("GET /" + get + "HA.example.org:9999\r\n\r\n"));
    assertRawProblem(421, raw("GET /" + get + "evil.example.org\r\n\r\n"));
    assertStatus(200, raw("GET /healthz" + get + "evil.example.org\r\n\r\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Bearer", "Bearer ", "Bearer toke", "Bearer tokenn", "Basic token", "token"})
  void refusesAnActionWithAWrongToken(String authorization) throws Exception {
    var response = send("POST", "/api/v1/resync", "Authorization", authorization);
    assertProblem(
        401, "token missing or wrong: send the header Authorization: Bearer TOKEN", response);
    assertEquals("Bearer realm=\"rollcall\"", TestClient.header(response, "www-authenticate"));
  }

  @Test
  void refusesAnActionWithoutAToken() throws Exception {
    assertEquals(401, send("POST", "/api/v1/resync").statusCode());
  }

  @Test
  void refusesEveryActionWhereNoTokenIsConfigured() throws Exception {
    close();
    server = new StatusServer(VERTX, HttpAccess.of(), source.ports());
    listen();
    assertProblem(
        403,
        "actions are disabled: set http.token (SIDECAR_HTTP_TOKEN)",
        send("POST", "/api/v1/resync", "Authorization", "Bearer token"));
  }

  @Test
  void hidesInternalErrors() throws Exception {
    source.broken = true;
    assertProblem(500, "internal error; see the log of the sidecar", send("GET", "/api/v1/status"));
  }

  @Test
  void saysWhichPortIsInUseAndHowToChooseAnother() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral(HOST))) {
      var other = new StatusServer(VERTX, HttpAccess.of(), source.ports());
      String line = failure(other.listen(HOST, taken.getLocalPort()));
      assertEquals(
          HOST
              + ":"
              + taken.getLocalPort()
              + " is already in use: set http.port (SIDECAR_HTTP_PORT) to a free port",
          line);
    }
  }

  @Test
  void saysThatItCannotListenOnAForeignAddress() {
    var other = new StatusServer(VERTX, HttpAccess.of(), source.ports());
    String line = failure(other.listen("192.0.2.1", 0));
    assertTrue(line.startsWith("cannot listen on 192.0.2.1:0: "), line);
    assertTrue(line.contains("SIDECAR_HTTP_HOST"), line);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/%zz", "/page/events?member=%n", "/?q=%"})
  void answersAnAddressThatCannotBeDecodedAsAProblem(String address) throws Exception {
    String answer = raw("GET " + address + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    assertTrue(answer.contains("content-type: application/problem+json"), answer);
    assertTrue(answer.contains("malformed request"), answer);
  }

  @Test
  void refusesWhatIsTooLong() throws Exception {
    String long64k = "a".repeat(64 * 1024);
    assertRawProblem(414, raw("GET /" + long64k + " HTTP/1.1\r\nHost: a\r\n\r\n"));
    assertRawProblem(431, raw("GET / HTTP/1.1\r\nHost: a\r\nX: " + long64k + "\r\n\r\n"));
    assertRawProblem(413, raw(POST + "Content-Length: 999999999\r\n\r\n"));
  }

  @Test
  void endsTheConnectionOfABodyWithoutEnd() throws Exception {
    String chunk = "1000\r\n" + "a".repeat(0x1000) + "\r\n";
    assertStatus(413, raw(POST + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(5)));
  }

  @Test
  void refusesWhatIsTooLongAlsoWhereItIsCalledAForm() throws Exception {
    String form = "Content-Type: application/x-www-form-urlencoded\r\n";
    String chunk = "4268\r\n" + "a".repeat(0x4268) + "\r\n";
    assertRawProblem(413, raw(POST + form + "Transfer-Encoding: chunked\r\n\r\n" + chunk));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PUT /api/v1/pools/nodes/members/s1/weight",
        "POST /api/v1/sessions/lookup",
        "POST /api/v1/mail/test"
      })
  void checksTheTokenBeforeTheBody(String action) throws Exception {
    String large = action + " HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999\r\n";
    assertRawProblem(401, raw(large + "\r\n"));
    assertRawProblem(401, raw(large + "Authorization: Bearer wrong\r\n\r\n"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keepsAClientThatHangsUpOutOfTheLog(boolean byReset) throws Exception {
    var told = new CopyOnWriteArrayList<Level>();
    var logger = Logger.getLogger(ErrorHandler.class.getName());
    var handler =
        new StreamHandler() {
          @Override
          public synchronized void publish(LogRecord entry) {
            told.add(entry.getLevel());
          }
        };
    logger.setLevel(Level.FINE);
    logger.addHandler(handler);
    try {
      try (var socket = new Socket(InetAddress.ofLiteral(HOST), client.port())) {
        String half = POST + "Content-Length: 16000\r\n\r\n" + "a".repeat(15000);
        socket.getOutputStream().write(half.getBytes(StandardCharsets.US_ASCII));
        if (byReset) {
          socket.setSoLinger(true, 0);
        }
      }
      Awaitility.await().until(() -> !told.isEmpty());
      assertEquals(Set.of(Level.FINE), Set.copyOf(told));
    } finally {
      logger.removeHandler(handler);
      logger.setLevel(null);
    }
  }

  private static void assertStatus(int status, String answer) {
    assertTrue(answer.matches("(?s)HTTP/1\\.[01] " + status + " .*"), answer);
  }

  private static void assertRawProblem(int status, String answer) {
    assertStatus(status, answer);
    assertTrue(answer.contains("content-type: application/problem+json"), answer);
    assertTrue(answer.contains("\"status\":" + status), answer);
  }

  @Test
  void answersOtherProtocolsWithAProblem() throws Exception {
    assertRawProblem(400, raw("GET / HTTP/9.x\r\nHost: a\r\n\r\n"));
    assertRawProblem(400, raw("\0\1\2\r\n\r\n"));
  }

  @Test
  void closesAConnectionThatSendsNoWholeRequestInTime() throws Exception {
    close();
    server =
        new StatusServer(
            VERTX,
            HttpAccess.of(TestClient.TOKEN)
                .with(
                    ServerLimits.STANDARD.withRequestTime(Duration.ofMillis(300)),
                    ConnectionCloser.GRACEFUL),
            source.ports());
    listen();
    try (var slow = new Socket(InetAddress.ofLiteral(HOST), client.port())) {
      slow.setSoTimeout(50);
      slow.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
      long began = System.nanoTime();
      assertTrue(endsWhileItSends(slow), "the connection was never closed");
      assertTrue(Duration.ofNanos(System.nanoTime() - began).toMillis() >= 200);
    }
  }

  /** Sends a byte of a header now and then; true once the server has closed the connection. */
  private static boolean endsWhileItSends(Socket slow) throws IOException {
    for (int i = 0; i < 100; i++) {
      try {
        slow.getOutputStream().write('x');
        if (slow.getInputStream().read() < 0) {
          return true;
        }
      } catch (SocketTimeoutException _) {
        // it waits on
      } catch (SocketException _) {
        return true;
      }
    }
    return false;
  }

  /** The answer to these bytes, after which the server ends the connection. */
  private String raw(String request) throws IOException {
    try (var socket = new Socket(InetAddress.ofLiteral(HOST), client.port())) {
      socket.setSoTimeout(5000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readAllBytes();
      return new String(answer, StandardCharsets.UTF_8);
    }
  }
}
