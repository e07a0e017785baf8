package io.rollcall.status;

import io.vertx.ext.web.RoutingContext;

/**
 * An error as RFC 9457 writes it.
 *
 * @param title the status in words
 * @param detail what is wrong here
 */
record Problem(String type, String title, int status, String detail) {

  static void send(RoutingContext ctx, int status, String detail) {
    String title = ctx.response().setStatusCode(status).getStatusMessage();
    Answer.send(
        ctx,
        "application/problem+json",
        Json.of(new Problem("about:blank", title, status, detail)) + "\n");
  }
}
