package io.rollcall.http;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Closes a connection on which no whole request arrives in time, counted from its start or from the
 * end of the last response. The idle timeout of the server alone would let a client keep a
 * connection for ever by sending a byte now and then. Used on one context.
 */
final class RequestTimeout implements Handler<HttpConnection> {
  private final Vertx vertx;
  private final Duration time;
  private final Map<HttpConnection, Long> timers = new HashMap<>();

  RequestTimeout(Vertx vertx, Duration time) {
    this.vertx = vertx;
    this.time = time;
  }

  @Override
  public void handle(HttpConnection connection) {
    connection.closeHandler(_ -> stop(connection));
    start(connection);
  }

  /** Observes each request, then passes it to the next handler. */
  Handler<HttpServerRequest> before(Handler<HttpServerRequest> next) {
    return request -> {
      HttpConnection connection = request.connection();
      if (request.isEnded()) {
        stop(connection);
      } else {
        // A failure is handled by the router; the timer closes the connection at the latest.
        request.end().onSuccess(_ -> stop(connection)).onFailure(_ -> {});
      }
      request.response().endHandler(_ -> start(connection));
      next.handle(request);
    };
  }

  private void start(HttpConnection connection) {
    Long before = timers.put(connection, vertx.setTimer(time.toMillis(), _ -> connection.close()));
    if (before != null) {
      vertx.cancelTimer(before);
    }
  }

  private void stop(HttpConnection connection) {
    Long timer = timers.remove(connection);
    if (timer != null) {
      vertx.cancelTimer(timer);
    }
  }
}
