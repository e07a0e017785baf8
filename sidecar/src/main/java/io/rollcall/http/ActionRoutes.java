package io.rollcall.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.OperatorAction;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns requests into the actions of operators. {@link BearerAuth} has checked the token. */
final class ActionRoutes {
  private static final String POOL = "/api/v1/pools/{backend}/";
  private static final String MEMBER = POOL + "members/{name}/";
  private static final int MAX_WEIGHT = 256;

  private final OperatorActions actions;

  ActionRoutes(OperatorActions actions) {
    this.actions = actions;
  }

  void addTo(Router router) {
    Map.of(
            "drain", Intent.Action.DRAIN,
            "maint", Intent.Action.MAINT,
            "ready", Intent.Action.READY)
        .forEach((word, action) ->
            on(
                router,
                HttpMethod.POST,
                MEMBER + word,
                ctx -> new OperatorAction.SetState(backend(ctx), name(ctx), action)));
    Routes.on(router, HttpMethod.PUT, MEMBER + "weight").handler(this::setWeight);
    on(
        router,
        HttpMethod.DELETE,
        MEMBER + "intent",
        ctx -> new OperatorAction.ClearIntent(backend(ctx), name(ctx)));
    on(
        router,
        HttpMethod.POST,
        POOL + "release-hold",
        ctx -> new OperatorAction.ReleaseHold(backend(ctx)));
    on(router, HttpMethod.POST, "/api/v1/resync", _ -> new OperatorAction.Resync());
    Routes.on(router, HttpMethod.POST, "/api/v1/mail/test").handler(this::testMail);
  }

  private void on(
      Router router,
      HttpMethod method,
      String path,
      Function<RoutingContext, OperatorAction> action) {
    Routes.on(router, method, path).handler(ctx -> submit(ctx, action.apply(ctx)));
  }

  private void setWeight(RoutingContext ctx) {
    JsonNode weight = Json.read(ctx.body().asString()).path("weight");
    if (!weight.canConvertToInt()
        || !weight.isIntegralNumber()
        || weight.intValue() < 0
        || weight.intValue() > MAX_WEIGHT) {
      Problem.send(ctx, 400, "expected {\"weight\": N} with N from 0 to " + MAX_WEIGHT);
      return;
    }
    submit(ctx, new OperatorAction.SetWeightTo(backend(ctx), name(ctx), weight.intValue()));
  }

  private void submit(RoutingContext ctx, OperatorAction action) {
    respond(ctx, actions.submit(action, from(ctx)), 404);
  }

  private void testMail(RoutingContext ctx) {
    respond(ctx, actions.testMail(from(ctx)), 409);
  }

  private static void respond(RoutingContext ctx, Future<@Nullable String> result, int refused) {
    result
        .onSuccess(refusal -> {
          if (refusal == null) {
            ctx.response().setStatusCode(202);
            Responses.json(ctx, Map.of("accepted", true));
          } else {
            Problem.send(ctx, refused, refusal);
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
