package io.rollcall.http;

import io.rollcall.http.page.LivePage;
import io.rollcall.http.stream.Broadcaster;
import io.rollcall.http.stream.StatusEventSource;
import io.rollcall.metrics.PrometheusMetrics;
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
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Shows the status over HTTP: page, text, JSON, stream, metrics, health; takes orders. Runs on the
 * event loop of the context that calls {@link #listen}.
 */
public final class StatusServer {
  private static final int IDLE_SECONDS = 30;
  private static final Duration REQUEST_TIME = Duration.ofSeconds(30);

  /** Prometheus's text format. */
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  /** What a page may load: from here only, and no script or style within itself. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
          + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  private final HttpServer server;
  private final Broadcaster streams;
  private final Routes routes;

  /**
   * @param token bearer token for all that is not GET; null refuses all of it
   */
  public StatusServer(
      Vertx vertx,
      @Nullable String token,
      StatusSource facts,
      OperatorActions orders,
      SessionLocator sessions,
      PrometheusMetrics meters) {
    this(vertx, token, facts, orders, sessions, meters, REQUEST_TIME);
  }

  /**
   * @param requestTime longest time for a whole request to arrive
   */
  StatusServer(
      Vertx vertx,
      @Nullable String token,
      StatusSource facts,
      OperatorActions orders,
      SessionLocator sessions,
      PrometheusMetrics meters,
      Duration requestTime) {
    var news = new StatusEventSource();
    var live = new LivePage(facts);
    this.streams = new Broadcaster(vertx, facts);
    Router router = Router.router(vertx);
    router.route().handler(StatusServer::headers);
    router.route().handler(new BearerAuth(token));
    router.route().handler(BodyHandler.create(false).setBodyLimit(ErrorHandler.MAX_BODY_BYTES));
    this.routes = new Routes(router);
    new PageHandler(facts, streams, live).addTo(routes);
    Assets.addTo(routes);
    new ApiRoutes(facts, streams, news).addTo(routes);
    new HealthRoutes(facts).addTo(routes);
    new ActionRoutes(orders).addTo(routes);
    routes.get(
        "/metrics",
        ctx -> {
          meters.streams(streams.size());
          Responses.send(ctx, PROMETHEUS, meters.scrape(facts.status()));
        });
    new SessionLookup(sessions).addTo(routes);
    routes.refuseOtherMethods();
    ErrorHandler.addTo(router);
    var patience = new RequestTimeout(vertx, requestTime);
    this.server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setIdleTimeout(IDLE_SECONDS)
                    .setIdleTimeoutUnit(TimeUnit.SECONDS)
                    .setHttp2ClearTextEnabled(false))
            .connectionHandler(patience)
            .invalidRequestHandler(ErrorHandler::invalid)
            .requestHandler(patience.before(router));
  }

  /**
   * Starts to answer. The result is the port, also where 0 asked for any free one. Fails with one
   * line where it cannot listen there.
   */
  public Future<Integer> listen(String host, int port) {
    return server
        .listen(port, host)
        .map(HttpServer::actualPort)
        .recover(failure -> Future.failedFuture(cannotListen(host, port, failure)));
  }

  /** Something may be new: who reads a stream is told within 200 ms. Cheap while nobody does. */
  public void changed() {
    streams.changed();
  }

  /** Stops to answer and closes what is open. */
  public Future<Void> close() {
    return server.close();
  }

  /** How many streams are open. */
  int streams() {
    return streams.size();
  }

  Routes routes() {
    return routes;
  }

  private static Exception cannotListen(String host, int port, Throwable failure) {
    String at = host + ":" + port;
    return new IllegalStateException(
        failure instanceof BindException && String.valueOf(failure.getMessage()).contains("in use")
            ? at + " is taken: set http.port (SIDECAR_HTTP_PORT) to a free port"
            : "cannot listen on "
                + at
                + ": "
                + failure.getMessage()
                + "; check http.host (SIDECAR_HTTP_HOST) and http.port (SIDECAR_HTTP_PORT)",
        failure);
  }

  private static void headers(RoutingContext ctx) {
    // A body is JSON; curl calls it a form, and as one it would be decoded, within other limits.
    ctx.request().headers().remove(HttpHeaders.CONTENT_TYPE);
    ctx.response()
        .putHeader("Cache-Control", "no-store")
        .putHeader("Content-Security-Policy", POLICY)
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("X-Content-Type-Options", "nosniff");
    ctx.next();
  }
}
