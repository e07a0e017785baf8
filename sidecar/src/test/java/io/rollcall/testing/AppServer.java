package io.rollcall.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.UUID;

/**
 * A tiny application: {@code /health} as told, any other path says its name and begins a session
 * where there is none.
 */
public final class AppServer implements AutoCloseable {
  private final String address;
  private final HttpServer server;
  private volatile boolean healthy = true;

  public AppServer(String name) {
    this(name, "127.0.0.1");
  }

  public AppServer(String name, String address) {
    this(name, address, 0);
  }

  public AppServer(String name, String address, int port) {
    this.address = address;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(address), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        "/",
        exchange -> {
          beginSession(exchange);
          answer(exchange, 200, name);
        });
    server.createContext(
        "/health", exchange -> answer(exchange, healthy ? 200 : 503, healthy ? "ok" : "not yet"));
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
