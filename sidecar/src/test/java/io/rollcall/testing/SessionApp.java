package io.rollcall.testing;

import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.BindException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * An application that says who it is and keeps its sessions in memory: one that it does not know
 * gets a new one, as the product's web application does. It answers as soon as it is made.
 */
public final class SessionApp implements AutoCloseable {
  /** The header that names the application which answered. */
  public static final String FROM = "x-from";

  private final Vertx vertx;
  private final String name;
  private final Duration takes;
  private final Set<String> sessions = new HashSet<>();
  private final HttpServer server;
  private volatile boolean ready = true;

  /**
   * @param takes how long each answer but that of {@code /health} takes
   */
  public SessionApp(Vertx vertx, String name, String address, int port, Duration takes) {
    this.vertx = vertx;
    this.name = name;
    this.takes = takes;
    // the port of an application that just ended may be taken for a moment longer
    this.server =
        await()
            .ignoreException(BindException.class)
            .until(() -> listening(address, port), Objects::nonNull);
  }

  private HttpServer listening(String address, int port) {
    // else a client may upgrade to HTTP/2, and HAProxy is but a tunnel
    var options = new HttpServerOptions().setHttp2ClearTextEnabled(false);
    return vertx
        .createHttpServer(options)
        .requestHandler(this::answer)
        .listen(port, address)
        .await();
  }

  /** While it is not it answers everything with 503. */
  public void ready(boolean now) {
    ready = now;
  }

  private void answer(HttpServerRequest request) {
    if (!ready) {
      request.response().setStatusCode(503);
      send(request);
    } else if (request.path().equals("/health")) {
      send(request);
    } else {
      vertx.setTimer(takes.toMillis(), _ -> serve(request));
    }
  }

  private void serve(HttpServerRequest request) {
    Cookie cookie = request.getCookie("NODESESSID");
    if (cookie == null || !sessions.contains(cookie.getValue())) {
      String session = UUID.randomUUID().toString();
      sessions.add(session);
      request.response().addCookie(Cookie.cookie("NODESESSID", session));
    }
    send(request);
  }

  private void send(HttpServerRequest request) {
    Future<Void> sent = request.response().putHeader(FROM, name).end("hello");
    sent.onFailure(_ -> request.connection().close());
  }

  /** Answers what it was asked before, then ends. */
  @Override
  public void close() {
    server.shutdown(5, TimeUnit.SECONDS).await();
  }
}
