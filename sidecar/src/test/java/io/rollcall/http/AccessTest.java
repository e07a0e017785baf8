package io.rollcall.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Intent;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.http.AccessToken.Role;
import io.rollcall.http.guard.ConnectionCloser;
import io.rollcall.http.guard.ServerLimits;
import io.rollcall.testing.TestClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens with their roles, the login of a browser, proxies, and TLS. */
final class AccessTest {
  private static final AccessToken ALICE = new AccessToken("alice", Role.OPERATOR, "alice-secret");
  private static final AccessToken GRAFANA = new AccessToken("grafana", Role.VIEWER, "look");
  private static final String HTML = "text/html";
  private static final String DRAIN = "/api/v1/pools/nodes/members/s1/drain";

  private final Vertx vertx = Vertx.vertx();
  private final List<String> requesters = new ArrayList<>();
  private final List<OperatorAction> actions = new ArrayList<>();
  private TestClient client;

  @TempDir Path folder;

  private void listen(HttpAccess access) throws Exception {
    OperatorActions taken =
        (action, from) -> {
          actions.add(action);
          requesters.add(from.toString());
          return Future.succeededFuture();
        };
    var server = new StatusServer(vertx, access, new StubStatus().ports(taken));
    client = new TestClient(server.listen("127.0.0.1", 0).await(5, SECONDS));
  }

  @AfterEach
  void close() {
    client.close();
    vertx.close().await();
  }

  private int status(String method, String path, String token) throws IOException {
    return client.send(method, path, "", "Authorization", "Bearer " + token).statusCode();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/api/v1/status", "/api/v1/stream", "/metrics", "/assets/htmx.js"})
  void needsATokenForReadingWhereAViewerIsConfigured(String path) throws Exception {
    listen(HttpAccess.of(ALICE, GRAFANA));
    assertEquals(401, client.get(path).statusCode());
    assertEquals(401, status("GET", path, "wrong"));
    if (!path.endsWith("stream")) {
      assertEquals(200, status("GET", path, "look"));
      assertEquals(200, status("GET", path, "alice-secret"));
    }
    assertEquals(200, client.get("/healthz").statusCode());
    assertEquals(200, client.get("/readyz").statusCode());
  }

  @Test
  void needsNoneForReadingWhereAllAreOperators() throws Exception {
    listen(HttpAccess.of(ALICE));
    assertEquals(200, client.get("/api/v1/status").statusCode());
  }

  @Test
  void letsOperatorsActByTheirNameAndViewersNot() throws Exception {
    listen(HttpAccess.of(ALICE, GRAFANA));
    assertEquals(403, status("POST", DRAIN, "look"));
    assertEquals(401, status("POST", DRAIN, "wrong"));
    assertEquals(202, status("POST", DRAIN, "alice-secret"));
    assertEquals(List.of("alice from 127.0.0.1"), requesters);
  }

  /** So many that some wait for their turn, and are refused before the end of them was seen. */
  @Test
  void refusesManyOnOneConnectionWithoutClosingIt() throws Exception {
    listen(HttpAccess.of(ALICE));
    int many = 500;
    String request = "POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n".formatted(DRAIN);
    try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), client.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.repeat(many).getBytes(US_ASCII));
      var answers =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)).lines();
      long refused = answers.filter(line -> line.contains("HTTP/1.1 401")).limit(many).count();
      assertEquals(many, refused);
    }
  }

  @Test
  void stopsAnAddressThatTriesTokens() throws Exception {
    listen(HttpAccess.of(ALICE));
    for (int i = 0; i < 30; i++) {
      assertEquals(401, status("POST", DRAIN, "guess" + i));
    }
    assertEquals(429, status("POST", DRAIN, "alice-secret"));
    assertEquals(200, client.get("/").statusCode());
  }

  @Test
  void takesAReasonAndAnEnd() throws Exception {
    listen(HttpAccess.of(ALICE));
    String body = "{\"reason\": \"kernel update\", \"until\": \"2026-11-22T13:00:00+02:00\"}";
    assertEquals(
        202, client.send("POST", DRAIN, body, "Authorization", "Bearer alice-secret").statusCode());
    assertEquals(
        List.of(
            new OperatorAction.SetState(
                "nodes",
                "s1",
                Intent.Action.DRAIN,
                "kernel update",
                Instant.parse("2026-11-22T11:00:00Z"))),
        actions);
  }

  @ParameterizedTest
  @CsvSource({
    "[], expected no body",
    "{\"reson\": \"x\"}, expected no body",
    "{\"reason\": \"\"}, reason: expected a text of 1 to 200 characters",
    "{\"reason\": 5}, reason: expected a text of 1 to 200 characters",
    "{\"until\": \"tomorrow\"}, 'until: expected a time by RFC 3339'",
    "{\"until\": \"2026-11-22T09:59:59Z\"}, 'got 2026-11-22T09:59:59Z; it is 2026-11-22T10:00:00Z now'",
    "{\"until\": \"2036-11-22T10:00:00Z\"}, 'until: expected a time within the next 366 days'"
  })
  void refusesOtherBodiesAndSaysWhy(String body, String detail) throws Exception {
    listen(HttpAccess.of(ALICE));
    var response = client.send("POST", DRAIN, body, "Authorization", "Bearer alice-secret");
    assertEquals(400, response.statusCode(), response.body());
    assertTrue(response.body().contains(detail), response.body());
  }

  @Test
  void givesABrowserALoginWithWhichItReadsOnly() throws Exception {
    listen(HttpAccess.of(ALICE, GRAFANA));
    var refused = client.get("/", "Accept", HTML);
    assertEquals(401, refused.statusCode());
    assertTrue(refused.body().contains("action=\"/login\""), refused::body);
    assertEquals(401, client.send("POST", "/login", "token=wrong").statusCode());
    var login = client.send("POST", "/login", "token=look");
    assertEquals(303, login.statusCode());
    String set = TestClient.header(login, "set-cookie");
    assertTrue(set.contains("; HTTPOnly") && set.contains("; SameSite=Lax"), set);
    assertFalse(set.contains("look"), set);
    String cookie = set.substring(0, set.indexOf(';'));
    var page = client.get("/", "Accept", HTML, "Cookie", cookie);
    assertEquals(200, page.statusCode());
    assertTrue(page.body().contains("Log out (grafana)"), page::body);
    var logout = client.send("POST", "/logout", "", "Cookie", cookie);
    assertTrue(TestClient.header(logout, "set-cookie").contains("Max-Age=0"), logout::toString);
    assertEquals(401, client.send("POST", DRAIN, "", "Cookie", cookie).statusCode());
    String other = cookie.substring(0, cookie.length() - 2) + "AA";
    assertEquals(401, client.get("/", "Cookie", other).statusCode());
    assertEquals(401, client.get("/", "Cookie", cookie.replace("grafana", "alice")).statusCode());
  }

  @ParameterizedTest
  @CsvSource({
    "/page/incident?id=7, /page/incident?id=7",
    "//evil.example.org/, /",
    "'/\\evil.example.org', /",
    "https://evil.example.org/, /",
    "'/a\r\nX: 1', /"
  })
  void leadsBackToThePageThatWasAskedFor(String to, String location) throws Exception {
    listen(HttpAccess.of(ALICE, GRAFANA));
    String form = "token=look&to=" + URLEncoder.encode(to, StandardCharsets.UTF_8);
    assertEquals(location, TestClient.header(client.send("POST", "/login", form), "location"));
    String page = client.get("/page/events?member=a%22&kind=down", "Accept", HTML).body();
    assertTrue(page.contains("value=\"/page/events?member=a%22&amp;kind=down\""), page);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.0/8, '203.0.113.9', 203.0.113.9",
    "127.0.0.0/8, '192.0.2.1, 203.0.113.9', 203.0.113.9",
    "'127.0.0.1,203.0.113.0/24', '192.0.2.1, 203.0.113.9', 192.0.2.1",
    "127.0.0.0/8, 'unknown', 127.0.0.1",
    "10.0.0.0/8, '203.0.113.9', 127.0.0.1"
  })
  void believesOnlyTrustedProxies(String proxies, String forwarded, String client)
      throws Exception {
    HttpAccess access = HttpAccess.of(ALICE);
    listen(
        new HttpAccess(
            access.tokens(),
            List.of(),
            new TrustedProxies(List.of(proxies.split(","))),
            null,
            ServerLimits.STANDARD,
            ConnectionCloser.GRACEFUL));
    var _ =
        this.client.send(
            "POST",
            DRAIN,
            "",
            "Authorization",
            "Bearer alice-secret",
            "X-Forwarded-For",
            forwarded);
    assertEquals(List.of("alice from " + client), requesters);
  }

  /** A self-signed certificate of this name, with its key, in place of earlier ones. */
  private TlsFiles certificate(String name) throws Exception {
    Path key = folder.resolve("next.key");
    Path certificate = folder.resolve("next.pem");
    var process =
        new ProcessBuilder(
                ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
                        + " -subj /CN="
                        + name
                        + " -keyout "
                        + key
                        + " -out "
                        + certificate)
                    .split(" "))
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), printed);
    var files = new TlsFiles(folder.resolve("certificate.pem"), folder.resolve("key.pem"));
    Files.move(key, files.key(), StandardCopyOption.REPLACE_EXISTING);
    Files.move(certificate, files.certificate(), StandardCopyOption.REPLACE_EXISTING);
    return files;
  }

  private String subject() throws Exception {
    var context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustsAll()}, null);
    try (var socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(InetAddress.ofLiteral("127.0.0.1"), client.port())) {
      socket.startHandshake();
      var certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return certificate.getSubjectX500Principal().getName();
    }
  }

  private static final class TrustsAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  @Test
  void speaksTlsWithTheNewestCertificate() throws Exception {
    HttpAccess access = HttpAccess.of(ALICE);
    listen(
        new HttpAccess(
            access.tokens(),
            List.of(),
            TrustedProxies.NONE,
            certificate("first"),
            ServerLimits.STANDARD,
            ConnectionCloser.GRACEFUL));
    assertEquals("CN=first", subject());
    Files.writeString(folder.resolve("certificate.pem"), "no certificate");
    await().pollDelay(Duration.ofSeconds(3)).until(() -> subject().equals("CN=first"));
    Path key = folder.resolve("key.pem");
    byte[] first = Files.readAllBytes(key);
    var _ = certificate("unfit");
    Files.write(key, first);
    await().pollDelay(Duration.ofSeconds(3)).until(() -> subject().equals("CN=first"));
    var _ = certificate("second");
    await().atMost(Duration.ofSeconds(10)).until(() -> subject().equals("CN=second"));
  }
}
