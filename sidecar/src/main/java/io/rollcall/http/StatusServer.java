package io.rollcall.http;

import io.rollcall.core.Metrics;
import io.rollcall.core.status.Status;
import io.rollcall.http.page.LivePageSource;
import io.rollcall.http.stream.Broadcaster;
import io.rollcall.http.stream.StatusEventSource;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.net.BindException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server: page, text, JSON, streams, metrics, health and actions. Runs on the event loop
 * of the context that calls {@link #listen}.
 */
public final class StatusServer {
  private static final int IDLE_SECONDS = 30;
  private static final Duration REQUEST_TIME = Duration.ofSeconds(30);

  /** Prometheus's text format. */
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  /** A page loads from this server only, and runs no script or style of its own text. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
          + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  /**
   * What the server uses of the sidecar, all on the event loop.
   *
   * @param scrape all metrics in Prometheus's text format, those of this status included
   */
  public record Ports(
      StatusSource source,
      OperatorActions actions,
      SessionLocator sessions,
      Metrics metrics,
      Function<Status, String> scrape) {}

  private final HttpServer server;
  private final Broadcaster streams;
  private final Router router;

  /**
   * A server that does not listen yet.
   *
   * @param token bearer token for all requests except GET and HEAD; with null they are refused
   */
  public StatusServer(Vertx vertx, @Nullable String token, Ports ports) {
    this(vertx, token, ports, REQUEST_TIME);
  }

  /**
   * @param requestTime longest time for a whole request to arrive
   */
  StatusServer(Vertx vertx, @Nullable String token, Ports ports, Duration requestTime) {
    this.streams = new Broadcaster(vertx, ports.source()::status, ports.metrics()::streams);
    this.router = router(vertx, token, ports);
    var timeout = new RequestTimeout(vertx, requestTime);
    this.server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setIdleTimeout(IDLE_SECONDS)
                    .setIdleTimeoutUnit(TimeUnit.SECONDS)
                    .setHttp2ClearTextEnabled(false))
            .connectionHandler(timeout)
            .invalidRequestHandler(ErrorHandler::invalid)
            .requestHandler(timeout.before(router));
  }

  private Router router(Vertx vertx, @Nullable String token, Ports ports) {
    StatusSource source = ports.source();
    var events = new StatusEventSource(Json::of, System::nanoTime);
    // Random, so that a page of an earlier run never seems to be up to date.
    var live = new LivePageSource(source, ThreadLocalRandom.current().nextLong(1L << 52));
    Router all = Router.router(vertx);
    all.route().handler(StatusServer::headers);
    all.route().handler(new BearerAuth(token));
    all.route().handler(BodyHandler.create(false).setBodyLimit(ErrorHandler.MAX_BODY_BYTES));
    new PageHandler(source, live).addTo(all);
    Assets.addTo(all);
    new ApiRoutes(source).addTo(all);
    new StreamRoutes(source, streams, events, live).addTo(all);
    new HealthRoutes(source).addTo(all);
    new ActionRoutes(ports.actions()).addTo(all);
    new SessionLookup(ports.sessions()).addTo(all);
    Routes.get(all, "/metrics")
        .handler(ctx -> Responses.send(ctx, PROMETHEUS, ports.scrape().apply(source.status())));
    ErrorHandler.addTo(all);
    return all;
  }

  /**
   * Starts to listen. The result is the port, also if port 0 asked for any free one. Fails with one
   * line that names the setting to change.
   */
  public Future<Integer> listen(String host, int port) {
    return server
        .listen(port, host)
        .map(HttpServer::actualPort)
        .recover(failure -> Future.failedFuture(cannotListen(host, port, failure)));
  }

  /** The status may have changed: open streams get the change within 200 ms. */
  public void changed() {
    streams.changed();
  }

  /** Stops listening and closes all connections. */
  public Future<Void> close() {
    return server.close();
  }

  /** The number of open streams. */
  int streams() {
    return streams.size();
  }

  Router router() {
    return router;
  }

  private static Exception cannotListen(String host, int port, Throwable failure) {
    String at = host + ":" + port;
    return new IllegalStateException(
        failure instanceof BindException && String.valueOf(failure.getMessage()).contains("in use")
            ? at + " is already in use: set http.port (SIDECAR_HTTP_PORT) to a free port"
            : "cannot listen on "
                + at
                + ": "
                + failure.getMessage()
                + "; check http.host (SIDECAR_HTTP_HOST) and http.port (SIDECAR_HTTP_PORT)",
        failure);
  }

  private static void headers(RoutingContext ctx) {
    // A body is JSON, but curl calls it a form: then it would be decoded, with other limits.
    ctx.request().headers().remove(HttpHeaders.CONTENT_TYPE);
    ctx.response()
        .putHeader("Cache-Control", "no-store")
        .putHeader("Content-Security-Policy", POLICY)
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("X-Content-Type-Options", "nosniff");
    ctx.next();
  }
}
