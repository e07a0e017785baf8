package io.rollcall.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/**
 * An error as RFC 9457 writes it.
 *
 * @param title the status in words
 * @param detail what is wrong here
 */
public record Problem(String type, String title, int status, String detail) {
  static final String TYPE = "application/problem+json";

  public static void send(RoutingContext ctx, int status, String detail) {
    String title = ctx.response().setStatusCode(status).getStatusMessage();
    Responses.send(ctx, TYPE, of(status, title, detail));
  }

  static Buffer of(int status, String title, String detail) {
    return Buffer.buffer(Json.of(new Problem("about:blank", title, status, detail)) + "\n");
  }
}
