package io.rollcall.http;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** Liveness and readiness, for supervisors and load balancers. */
final class HealthRoutes {
  private static final Duration MAX_AGE = Duration.ofSeconds(30);

  private final StatusSource source;

  HealthRoutes(StatusSource source) {
    this.source = source;
  }

  void addTo(Router router) {
    Routes.get(router, "/healthz").handler(this::health);
    Routes.get(router, "/readyz").handler(this::readiness);
  }

  private void health(RoutingContext ctx) {
    Duration sinceTurn = source.sinceTurn();
    if (sinceTurn.compareTo(MAX_AGE) <= 0) {
      ok(ctx);
    } else {
      Problem.send(
          ctx,
          503,
          "reconcile loop last ran "
              + sinceTurn.toSeconds()
              + " s ago, expected at most "
              + MAX_AGE.toSeconds()
              + " s");
    }
  }

  private void readiness(RoutingContext ctx) {
    String reason = source.unready();
    if (reason == null) {
      ok(ctx);
    } else {
      Problem.send(ctx, 503, reason);
    }
  }

  private static void ok(RoutingContext ctx) {
    Responses.send(ctx, "text/plain; charset=utf-8", "ok\n");
  }
}
