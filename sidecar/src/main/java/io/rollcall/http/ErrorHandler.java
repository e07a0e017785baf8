package io.rollcall.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.rollcall.core.Sanitizer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.SocketException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What could not be answered, as a problem; what went wrong inside stays in the log. */
final class ErrorHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorHandler.class);
  static final int MAX_BODY_BYTES = 16 * 1024;

  private ErrorHandler() {}

  static void addTo(Router router) {
    router.route().handler(ctx -> Problem.send(ctx, 404, "nothing is at this path"));
    router.route().failureHandler(ErrorHandler::failed);
    // A path that cannot be decoded meets no route.
    router.errorHandler(400, ErrorHandler::unreadable);
  }

  private static void failed(RoutingContext ctx) {
    if (ctx.response().ended() || ctx.response().headWritten()) {
      return;
    }
    if (ctx.failure() instanceof HttpClosedException || ctx.failure() instanceof SocketException) {
      LOG.debug("The client hung up path={}", Sanitizer.visible(ctx.request().path()));
      return;
    }
    switch (ctx.statusCode()) {
      case 400 -> unreadable(ctx);
      case 413 -> Problem.send(ctx, 413, "the body has more than " + MAX_BODY_BYTES + " bytes");
      default -> {
        LOG.error(
            "Failed to answer path={}", Sanitizer.visible(ctx.request().path()), ctx.failure());
        Problem.send(ctx, 500, "the sidecar failed to answer; its log says why");
      }
    }
  }

  private static void unreadable(RoutingContext ctx) {
    Problem.send(ctx, 400, "the request cannot be read");
  }

  /** What is no HTTP, or too much of it: answered, then the connection ends. */
  static void invalid(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    int status =
        switch (cause) {
          case TooLongHttpLineException _ -> 414;
          case TooLongHttpHeaderException _ -> 431;
          default -> 400;
        };
    String detail =
        switch (status) {
          case 414 -> "the request line is too long";
          case 431 -> "the header is too long";
          default -> "the request cannot be read";
        };
    var response = request.response().setStatusCode(status);
    Buffer body = Problem.of(status, response.getStatusMessage(), detail);
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, Problem.TYPE)
        .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
        .end(body)
        .onComplete(_ -> request.connection().close());
  }
}
