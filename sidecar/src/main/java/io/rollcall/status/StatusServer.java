package io.rollcall.status;

import io.rollcall.core.Status;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.net.BindException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the status over HTTP: page, text, JSON, health. Runs on the event loop of the context that
 * calls {@link #listen}.
 */
public final class StatusServer {
  private static final Logger LOG = LoggerFactory.getLogger(StatusServer.class);
  private static final Duration LONGEST_TURN = Duration.ofSeconds(30);
  private static final int IDLE_SECONDS = 30;

  /** Events of one answer; a client goes on with the last id while there are more. */
  private static final int PAGE = 1000;

  private static final int MAX_BODY_BYTES = 16 * 1024;

  private final HttpServer server;
  private final Facts facts;

  /**
   * @param token bearer token for all that is not GET; null refuses all of it
   */
  public StatusServer(Vertx vertx, @Nullable String token, Facts facts, Orders orders) {
    this.facts = facts;
    var options =
        new HttpServerOptions()
            .setIdleTimeout(IDLE_SECONDS)
            .setIdleTimeoutUnit(TimeUnit.SECONDS)
            .setHttp2ClearTextEnabled(false);
    this.server =
        vertx.createHttpServer(options).requestHandler(router(vertx, new Gate(token), orders));
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

  /** Stops to answer and closes what is open. */
  public Future<Void> close() {
    return server.close();
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

  private Router router(Vertx vertx, Gate gate, Orders orders) {
    Router router = Router.router(vertx);
    router.route().handler(StatusServer::headers);
    router.route().handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES));
    router.route().handler(gate);
    get(router, "/", this::page);
    get(router, "/api/v1/status", ctx -> Answer.json(ctx, facts.status()));
    get(router, "/api/v1/events", this::events);
    get(router, "/healthz", this::health);
    get(router, "/readyz", this::readiness);
    new Actions(orders).addTo(router);
    router.route().handler(ctx -> Problem.send(ctx, 404, "nothing is at this path"));
    router.route().failureHandler(StatusServer::failed);
    // A path that cannot be decoded meets no route.
    router.errorHandler(400, StatusServer::unreadable);
    return router;
  }

  private static void get(Router router, String path, Handler<RoutingContext> answer) {
    router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(answer);
    router
        .route(path)
        .handler(ctx -> {
          ctx.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
          Problem.send(ctx, 405, "only GET and HEAD are answered here");
        });
  }

  private static void headers(RoutingContext ctx) {
    ctx.response()
        .putHeader("Cache-Control", "no-store")
        .putHeader("Content-Security-Policy", HtmlPage.POLICY)
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("X-Content-Type-Options", "nosniff");
    ctx.next();
  }

  private void page(RoutingContext ctx) {
    ctx.response().putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
    Report report = Report.of(facts.status(), Instant.now());
    if (acceptsHtml(ctx)) {
      Answer.send(ctx, "text/html; charset=utf-8", HtmlPage.render(report));
    } else {
      Answer.send(ctx, "text/plain; charset=utf-8", TextPage.render(report));
    }
  }

  private static boolean acceptsHtml(RoutingContext ctx) {
    return ctx.parsedHeaders().accept().stream()
        .anyMatch(type ->
            "text".equals(type.component())
                && "html".equals(type.subComponent())
                && type.weight() > 0);
  }

  private void events(RoutingContext ctx) {
    String since = ctx.request().getParam("since", "0");
    if (!since.matches("\\d{1,18}")) {
      Problem.send(ctx, 400, "since: expected the id of an event, a whole number from 0");
      return;
    }
    long id = Long.parseLong(since);
    facts
        .events(id, PAGE + 1)
        .onSuccess(events -> {
          boolean more = events.size() > PAGE;
          List<Status.Event> page = more ? events.subList(0, PAGE) : events;
          Answer.json(ctx, Map.of("events", page, "more", more));
        })
        .onFailure(e -> Problem.send(ctx, 503, "the journal can't be read: " + e.getMessage()));
  }

  private void health(RoutingContext ctx) {
    Duration sinceTurn = facts.sinceTurn();
    if (sinceTurn.compareTo(LONGEST_TURN) <= 0) {
      ok(ctx);
    } else {
      Problem.send(ctx, 503, "the loop last turned " + sinceTurn.toSeconds() + " s ago");
    }
  }

  private void readiness(RoutingContext ctx) {
    String reason = facts.unready();
    if (reason == null) {
      ok(ctx);
    } else {
      Problem.send(ctx, 503, reason);
    }
  }

  private static void ok(RoutingContext ctx) {
    Answer.send(ctx, "text/plain; charset=utf-8", "ok\n");
  }

  private static void failed(RoutingContext ctx) {
    if (ctx.response().ended() || ctx.response().headWritten()) {
      return;
    }
    switch (ctx.statusCode()) {
      case 400 -> unreadable(ctx);
      case 413 -> Problem.send(ctx, 413, "the body has more than " + MAX_BODY_BYTES + " bytes");
      default -> {
        LOG.error("Failed to answer path={}", Words.visible(ctx.request().path()), ctx.failure());
        Problem.send(ctx, 500, "the sidecar failed to answer; its log says why");
      }
    }
  }

  private static void unreadable(RoutingContext ctx) {
    Problem.send(ctx, 400, "the request cannot be read");
  }
}
