package io.rollcall.http;

import io.rollcall.http.guard.ConnectionGuard;
import io.rollcall.logging.Logfmt;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends responses. */
final class Responses {
  private static final Logger LOG = LoggerFactory.getLogger(Responses.class);

  private static final String GUARD = ConnectionGuard.class.getName();

  private Responses() {}

  /** Responses to this request are counted by the guard. */
  static void guardedBy(RoutingContext ctx, ConnectionGuard guard) {
    ctx.put(GUARD, guard);
  }

  /** Ends the request. Closes the connection if the client is still sending a body. */
  static void send(RoutingContext ctx, String type, Buffer bytes) {
    ConnectionGuard guard = ctx.get(GUARD);
    HttpConnection connection = ctx.request().connection();
    int length = ctx.request().method().equals(HttpMethod.HEAD) ? 0 : bytes.length();
    if (guard != null) {
      guard.sending(connection, length);
    }
    ctx.response()
        .putHeader(HttpHeaders.CONTENT_TYPE, type)
        // Set here because Vert.x would leave it out in the response to HEAD.
        .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(bytes.length()))
        .end(bytes)
        .onFailure(e -> LOG.debug("{}", Logfmt.of("response-not-sent"), e))
        .onComplete(_ -> {
          if (guard != null) {
            guard.sent(connection, length);
          }
          if (!ctx.request().isEnded() && hasBody(ctx.request())) {
            connection.close();
          }
        });
  }

  /** The end of a request without a body may come later only because it waited for its turn. */
  private static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || (length != null && !length.equals("0"));
  }

  static void send(RoutingContext ctx, String type, String body) {
    send(ctx, type, Buffer.buffer(body));
  }

  static void json(RoutingContext ctx, Object value) {
    send(ctx, "application/json", Json.of(value) + "\n");
  }
}
