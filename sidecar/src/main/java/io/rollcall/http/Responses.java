package io.rollcall.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where an answer goes out. */
final class Responses {
  private static final Logger LOG = LoggerFactory.getLogger(Responses.class);

  private Responses() {}

  /** Ends the request; the connection too, where the client still sends what nobody reads. */
  static void send(RoutingContext ctx, String type, Buffer bytes) {
    ctx.response()
        .putHeader(HttpHeaders.CONTENT_TYPE, type)
        // Said here because an answer to HEAD would otherwise go without it.
        .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(bytes.length()))
        .end(bytes)
        .onFailure(e -> LOG.debug("Lost an answer", e))
        .onComplete(_ -> {
          if (!ctx.request().isEnded()) {
            ctx.request().connection().close();
          }
        });
  }

  static void send(RoutingContext ctx, String type, String body) {
    send(ctx, type, Buffer.buffer(body));
  }

  static void json(RoutingContext ctx, Object value) {
    send(ctx, "application/json", Json.of(value) + "\n");
  }
}
