package io.rollcall.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/**
 * An error in the format of RFC 9457.
 *
 * @param title the name of the status
 * @param detail what is wrong with this request
 */
record Problem(String type, String title, int status, String detail) {
  static final String TYPE = "application/problem+json";

  static void send(RoutingContext ctx, int status, String detail) {
    String title = ctx.response().setStatusCode(status).getStatusMessage();
    Responses.send(ctx, TYPE, of(status, title, detail));
  }

  static Buffer of(int status, String title, String detail) {
    return Buffer.buffer(Json.of(new Problem("about:blank", title, status, detail)) + "\n");
  }
}
