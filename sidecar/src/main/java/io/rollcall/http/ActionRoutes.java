package io.rollcall.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.OperatorAction;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The operator's hand: turns requests into orders. Who may ask is the {@link BearerAuth}'s concern.
 */
final class ActionRoutes {
  private static final String POOL = "/api/v1/pools/{backend}/";
  private static final String MEMBER = POOL + "members/{name}/";
  private static final int MAX_WEIGHT = 256;

  private final OperatorActions orders;

  ActionRoutes(OperatorActions orders) {
    this.orders = orders;
  }

  void addTo(Routes routes) {
    Map.of(
            "drain", Intent.Action.DRAIN,
            "maint", Intent.Action.MAINT,
            "ready", Intent.Action.READY)
        .forEach((word, action) ->
            on(
                routes,
                HttpMethod.POST,
                MEMBER + word,
                ctx -> new OperatorAction.SetState(backend(ctx), name(ctx), action)));
    routes.on(HttpMethod.PUT, MEMBER + "weight", this::weigh);
    on(
        routes,
        HttpMethod.DELETE,
        MEMBER + "intent",
        ctx -> new OperatorAction.ClearIntent(backend(ctx), name(ctx)));
    on(
        routes,
        HttpMethod.POST,
        POOL + "release-hold",
        ctx -> new OperatorAction.ReleaseHold(backend(ctx)));
    on(routes, HttpMethod.POST, "/api/v1/resync", _ -> new OperatorAction.Resync());
    routes.on(HttpMethod.POST, "/api/v1/mail/test", this::testMail);
  }

  private void on(
      Routes routes,
      HttpMethod method,
      String path,
      Function<RoutingContext, OperatorAction> order) {
    routes.on(method, path, ctx -> give(ctx, order.apply(ctx)));
  }

  private void weigh(RoutingContext ctx) {
    JsonNode weight = Json.read(ctx.body().asString()).path("weight");
    if (!weight.canConvertToInt()
        || !weight.isIntegralNumber()
        || weight.intValue() < 0
        || weight.intValue() > MAX_WEIGHT) {
      Problem.send(ctx, 400, "expected {\"weight\": N} with N from 0 to " + MAX_WEIGHT);
      return;
    }
    give(ctx, new OperatorAction.SetWeightTo(backend(ctx), name(ctx), weight.intValue()));
  }

  private void give(RoutingContext ctx, OperatorAction order) {
    accepted(ctx, orders.give(order, from(ctx)), 404);
  }

  private void testMail(RoutingContext ctx) {
    accepted(ctx, orders.testMail(from(ctx)), 409);
  }

  private static void accepted(RoutingContext ctx, Future<@Nullable String> given, int otherwise) {
    given
        .onSuccess(refusal -> {
          if (refusal == null) {
            ctx.response().setStatusCode(202);
            Responses.json(ctx, Map.of("accepted", true));
          } else {
            Problem.send(ctx, otherwise, refusal);
          }
        })
        .onFailure(e -> Problem.send(ctx, 503, String.valueOf(e.getMessage())));
  }

  private static String from(RoutingContext ctx) {
    return ctx.request().remoteAddress().hostAddress();
  }

  private static String backend(RoutingContext ctx) {
    return ctx.pathParam("backend");
  }

  private static String name(RoutingContext ctx) {
    return ctx.pathParam("name");
  }
}
