package io.rollcall.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.testing.ProductHaproxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A WebSocket begins as a GET, whose limit for a backend that hangs must not end it. */
@Tag("image")
final class WebSocketIT {
  private static final int LIMIT_MILLIS = 500;

  private static final String REQUEST =
      """
      GET / HTTP/1.1\r
      Host: a\r
      Connection: Upgrade\r
      Upgrade: websocket\r
      Sec-WebSocket-Version: 13\r
      Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
      \r
      """;

  private static final String RESPONSE =
      """
      HTTP/1.1 101 Switching Protocols\r
      Connection: Upgrade\r
      Upgrade: websocket\r
      Sec-WebSocket-Accept: ICX+Yqv66kxgM0FcWaLWlFLwTAI=\r
      \r
      """;

  @TempDir Path folder;

  @Test
  void staysOpenWhileNobodySaysAnything() throws Exception {
    try (var app = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        var haproxy = new ProductHaproxy(folder, WebSocketIT::withLowLimit)) {
      String server = "nodes/slot1";
      var _ = haproxy.cli("set server " + server + " addr 127.0.0.1 port " + app.getLocalPort());
      var _ = haproxy.cli("disable health " + server);
      var _ = haproxy.cli("set server " + server + " state ready");
      try (var client = new Socket(InetAddress.getLoopbackAddress(), haproxy.httpPort())) {
        send(client, REQUEST);
        try (Socket backend = app.accept()) {
          String request = headers(backend);
          assertTrue(request.startsWith("GET / "), request);
          send(backend, RESPONSE);
          String response = headers(client);
          assertEquals("HTTP/1.1 101 Switching Protocols", response.lines().findFirst().orElse(""));
          client.setSoTimeout(4 * LIMIT_MILLIS);
          var _ = assertThrows(SocketTimeoutException.class, () -> client.getInputStream().read());
          send(backend, "!");
          assertEquals('!', client.getInputStream().read());
        }
      }
    }
  }

  private static String withLowLimit(String configuration) {
    return configuration.replace(
        "set-timeout server 7s", "set-timeout server " + LIMIT_MILLIS + "ms");
  }

  private static void send(Socket to, String text) throws IOException {
    to.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String headers(Socket from) throws IOException {
    var lines = new StringBuilder();
    while (lines.indexOf("\r\n\r\n") < 0) {
      int next = from.getInputStream().read();
      assertNotEquals(-1, next, lines::toString);
      lines.append((char) next);
    }
    return lines.toString();
  }
}
