package io.rollcall.http;

import io.rollcall.core.Metrics;
import io.rollcall.core.status.Status;
import io.rollcall.http.guard.ConnectionGuard;
import io.rollcall.http.page.LivePageSource;
import io.rollcall.http.stream.Broadcaster;
import io.rollcall.http.stream.StatusEventSource;
import io.rollcall.logging.Logfmt;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.net.BindException;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: page, text, JSON, streams, metrics, health and actions. Runs on the event loop
 * of the context that calls {@link #listen}.
 */
public final class StatusServer {
  private static final Logger LOG = LoggerFactory.getLogger(StatusServer.class);
  private static final int IDLE_SECONDS = 30;

  /** Prometheus's text format. */
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

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

  private final Vertx vertx;
  private final UnaryOperator<HttpServer> handlers;
  private final @Nullable CertificateFiles certificate;
  private @Nullable HttpServer server;
  private final ConnectionGuard guard;
  private final Broadcaster streams;
  private final Router router;

  /** A server that does not listen yet. */
  public StatusServer(Vertx vertx, HttpAccess access, Ports ports) {
    this.guard =
        new ConnectionGuard(vertx, access.limits(), access.closer(), access.proxies()::contains);
    this.streams = new Broadcaster(vertx, ports.source()::status, ports.metrics()::streams, guard);
    this.router = router(vertx, access, ports);
    this.certificate = access.tls() == null ? null : new CertificateFiles(vertx, access.tls());
    this.handlers =
        server ->
            server
                .connectionHandler(guard)
                // such as a reset: nothing that an operator could act on
                .exceptionHandler(e -> LOG.debug("{}", Logfmt.of("connection-failed"), e))
                .invalidRequestHandler(ErrorHandler::invalid)
                .requestHandler(guard.before(router));
    this.vertx = vertx;
  }

  private static HttpServerOptions options() {
    return new HttpServerOptions()
        .setIdleTimeout(IDLE_SECONDS)
        .setIdleTimeoutUnit(TimeUnit.SECONDS)
        .setHttp2ClearTextEnabled(false)
        // no WebSocket is served, and the handler of its compression fails with a stack trace for
        // each of more than 128 pipelined requests
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false);
  }

  private Router router(Vertx vertx, HttpAccess access, Ports ports) {
    StatusSource source = ports.source();
    var events = new StatusEventSource(Json::of, System::nanoTime);
    // Random, so that a page of an earlier run never seems to be up to date.
    var live =
        new LivePageSource(source, source.links(), ThreadLocalRandom.current().nextLong(1L << 52));
    Router all = Router.router(vertx);
    all.route()
        .handler(ctx -> {
          Responses.guardedBy(ctx, guard);
          ctx.next();
        });
    all.route().handler(DotNames::route);
    all.route().handler(new RequestFilter(all, access.hosts())::check);
    var failures = new AuthFailures(System::nanoTime);
    Supplier<Instant> now = () -> source.status().at();
    all.route().handler(new BearerAuth(access, failures, now));
    all.route().handler(BodyHandler.create(false).setBodyLimit(ErrorHandler.MAX_BODY_BYTES));
    new PageHandler(source, live).addTo(all);
    new LoginRoutes(access, failures, now).addTo(all);
    Assets.addTo(all);
    new DocumentRoutes().addTo(all);
    new EventRoutes(source).addTo(all);
    new HistoryRoutes(source).addTo(all);
    new ApiRoutes(source).addTo(all);
    new StreamRoutes(source, streams, events, live, guard).addTo(all);
    new HealthRoutes(source).addTo(all);
    new ActionRoutes(ports.actions(), access.proxies(), now).addTo(all);
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
    Future<HttpServer> listening =
        certificate == null
            ? start(options(), host, port)
            : certificate
                .read()
                .compose(pair ->
                    start(
                        options().setSsl(true).setUseAlpn(false).setKeyCertOptions(pair),
                        host,
                        port))
                .onSuccess(certificate::watch);
    return listening
        .map(HttpServer::actualPort)
        .recover(failure -> Future.failedFuture(cannotListen(host, port, failure)));
  }

  /** The status may have changed: open streams get the change within 200 ms. */
  public void changed() {
    streams.changed();
  }

  private Future<HttpServer> start(HttpServerOptions options, String host, int port) {
    HttpServer made = handlers.apply(vertx.createHttpServer(options));
    server = made;
    return made.listen(port, host);
  }

  /** Stops listening and closes all connections. */
  public Future<Void> close() {
    return server == null ? Future.succeededFuture() : server.close();
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
}
