package io.rollcall.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.rollcall.http.guard.LogLimit;
import io.rollcall.logging.Logfmt;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.SocketException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers failed requests with a {@link Problem}. Internal errors go to the log only. */
final class ErrorHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorHandler.class);

  /** A client can repeat a request that fails: the rest of a minute is not logged. */
  private static final LogLimit LOG_LIMIT = new LogLimit(5, System::nanoTime);

  static final int MAX_BODY_BYTES = 16 * 1024;

  private ErrorHandler() {}

  static void addTo(Router router) {
    router.route().failureHandler(ErrorHandler::failed);
    router.errorHandler(404, ctx -> Problem.send(ctx, 404, "no such path"));
    router.errorHandler(405, ctx -> notAllowed(router, ctx));
    // A path that cannot be decoded reaches no route and so no failure handler.
    router.errorHandler(400, ErrorHandler::malformed);
  }

  private static void notAllowed(Router router, RoutingContext ctx) {
    String allowed = Routes.allowed(router, ctx.normalizedPath());
    ctx.response().putHeader(HttpHeaders.ALLOW, allowed);
    Problem.send(ctx, 405, "method not allowed; allowed here: " + allowed);
  }

  private static void failed(RoutingContext ctx) {
    if (ctx.response().ended() || ctx.response().headWritten()) {
      return;
    }
    if (ctx.failure() instanceof HttpClosedException || ctx.failure() instanceof SocketException) {
      LOG.debug("{}", Logfmt.of("client-closed").with("path", ctx.request().path()));
      return;
    }
    switch (ctx.statusCode()) {
      case 400 -> malformed(ctx);
      case 413 ->
          Problem.send(ctx, 413, "request body is larger than " + MAX_BODY_BYTES + " bytes");
      default -> {
        if (LOG_LIMIT.permits()) {
          LOG.error(
              "{}", Logfmt.of("request-failed").with("path", ctx.request().path()), ctx.failure());
        }
        Problem.send(ctx, 500, "internal error; see the log of the sidecar");
      }
    }
  }

  private static void malformed(RoutingContext ctx) {
    Problem.send(ctx, 400, "malformed request");
  }

  /** Answers what is not HTTP, or exceeds a limit of the parser; then closes the connection. */
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
          case 414 -> "request line is too long";
          case 431 -> "request header is too large";
          default -> "malformed request";
        };
    var response = request.response().setStatusCode(status);
    RequestFilter.secure(response);
    Buffer body = Problem.of(status, response.getStatusMessage(), detail);
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, Problem.TYPE)
        .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
        .end(body)
        .onComplete(_ -> request.connection().close());
  }
}
