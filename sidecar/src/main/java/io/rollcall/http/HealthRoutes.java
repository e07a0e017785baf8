package io.rollcall.http;

import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** What a supervisor asks: whether the sidecar lives, and whether traffic may come. */
final class HealthRoutes {
  private static final Duration LONGEST_TURN = Duration.ofSeconds(30);

  private final StatusSource facts;

  HealthRoutes(StatusSource facts) {
    this.facts = facts;
  }

  void addTo(Routes routes) {
    routes.get("/healthz", this::health);
    routes.get("/readyz", this::readiness);
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
    Responses.send(ctx, "text/plain; charset=utf-8", "ok\n");
  }
}
