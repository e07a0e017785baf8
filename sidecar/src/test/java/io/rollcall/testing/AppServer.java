package io.rollcall.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * A tiny application: {@code /health} as told, nothing at {@code /missing}, any other path says its
 * name and begins a session where there is none.
 */
public final class AppServer implements AutoCloseable {
  private final String address;
  private final HttpServer server;
  private volatile boolean healthy = true;
  private volatile String host = "";

  public AppServer(String name) {
    this(name, "127.0.0.1");
  }

  /** On a port that no outgoing connection can have taken when it starts again. */
  public AppServer(String name, String address) {
    this(name, address, FreePorts.one());
  }

  /** Waits for the port of an application that just ended. */
  public AppServer(String name, String address, int port) {
    this.address = address;
    var socket = new InetSocketAddress(InetAddress.ofLiteral(address), port);
    this.server =
        await()
            .ignoreException(BindException.class)
            .until(() -> HttpServer.create(socket, 0), Objects::nonNull);
    server.createContext(
        "/",
        exchange -> {
          beginSession(exchange);
          answer(exchange, 200, name);
        });
    server.createContext("/missing", exchange -> answer(exchange, 404, "no such page"));
    server.createContext(
        "/health",
        exchange -> {
          if (host.isEmpty() || host.equals(exchange.getRequestHeaders().getFirst("Host"))) {
            answer(exchange, healthy ? 200 : 503, healthy ? "ok" : "not yet");
          } else {
            answer(exchange, 404, "no such site");
          }
        });
    server.start();
  }

  public String address() {
    return address;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public void healthy(boolean now) {
    healthy = now;
  }

  /** From now on {@code /health} exists for this {@code Host} only; empty: for any. */
  public void onlyFor(String name) {
    host = name;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private static void beginSession(HttpExchange exchange) {
    List<String> cookies = exchange.getRequestHeaders().getOrDefault("Cookie", List.of());
    if (cookies.stream().noneMatch(cookie -> cookie.contains("NODESESSID="))) {
      String session = "NODESESSID=" + UUID.randomUUID() + "; Path=/";
      exchange.getResponseHeaders().add("Set-Cookie", session);
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
