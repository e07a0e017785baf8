package io.rollcall.http;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How long a client may take: a connection on which no whole request arrived within the time, since
 * it was opened or since the last answer ended, is closed, however busily it sends. The server's
 * idle timeout alone would let one byte now and then hold a connection for ever.
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

  /** Watches each request before the next handler has it. */
  Handler<HttpServerRequest> before(Handler<HttpServerRequest> next) {
    return request -> {
      HttpConnection connection = request.connection();
      if (request.isEnded()) {
        stop(connection);
      } else {
        // Failing is the answer's concern; here it ends the connection at the latest.
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
