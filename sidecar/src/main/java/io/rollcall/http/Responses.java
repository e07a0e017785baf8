package io.rollcall.http;

import io.rollcall.logging.Logfmt;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends responses. */
final class Responses {
  private static final Logger LOG = LoggerFactory.getLogger(Responses.class);

  private Responses() {}

  /** Ends the request. Closes the connection if the client is still sending a body. */
  static void send(RoutingContext ctx, String type, Buffer bytes) {
    ctx.response()
        .putHeader(HttpHeaders.CONTENT_TYPE, type)
        // Set here because Vert.x would leave it out in the response to HEAD.
        .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(bytes.length()))
        .end(bytes)
        .onFailure(e -> LOG.debug("{}", Logfmt.of("response-not-sent"), e))
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
