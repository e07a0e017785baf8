package io.rollcall.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.rollcall.testing.EventLoop;
import io.rollcall.testing.TestClient;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Instant;

/** What strangers send to port 9999: never a server error, never an open connection for ever. */
public final class HttpFuzz {
  private static int port;

  private HttpFuzz() {}

  /** Of a server that listens until the process ends. */
  private static synchronized int port() {
    if (port == 0) {
      var loop = new EventLoop();
      var server =
          new StatusServer(
              loop.vertx(),
              HttpAccess.of(TestClient.TOKEN),
              new StubStatus().ports((_, _) -> Future.succeededFuture()));
      port = loop.get(() -> server.listen("127.0.0.1", 0));
    }
    return port;
  }

  /** A path and query. */
  public static void path(byte[] bytes) throws IOException {
    String path = new String(bytes, ISO_8859_1).replaceAll("[\\r\\n ]", "");
    answer("GET /" + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  }

  /** An action with its token. */
  public static void action(byte[] bytes) throws IOException {
    String[] parts = new String(bytes, ISO_8859_1).split("\0", 2);
    String path = parts[0].replaceAll("[\\r\\n ]", "");
    String body = parts.length > 1 ? parts[1] : "";
    answer(
        "POST /api/v1/"
            + path
            + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer token\r\n"
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  public static void terms(byte[] bytes) {
    try {
      var _ = IntentTerms.of(new String(bytes, ISO_8859_1), Instant.EPOCH);
    } catch (IllegalArgumentException _) {
      // 400
    }
  }

  private static void answer(String request) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      String status = new String(socket.getInputStream().readNBytes(12), ISO_8859_1);
      assertFalse(status.startsWith("HTTP/1.1 5") && !status.endsWith("501"), status);
    }
  }
}
