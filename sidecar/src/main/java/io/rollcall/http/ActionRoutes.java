package io.rollcall.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.OperatorAction;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns requests into the actions of operators. {@link BearerAuth} has checked the token. */
final class ActionRoutes {
  private static final String POOL = "/api/v1/pools/{backend}/";
  private static final String MEMBER = POOL + "members/{name}/";
  private static final int MAX_WEIGHT = 256;

  private final OperatorActions actions;
  private final TrustedProxies proxies;
  private final Supplier<Instant> now;

  ActionRoutes(OperatorActions actions, TrustedProxies proxies, Supplier<Instant> now) {
    this.actions = actions;
    this.proxies = proxies;
    this.now = now;
  }

  void addTo(Router router) {
    Map.of(
            "drain", Intent.Action.DRAIN,
            "maint", Intent.Action.MAINT,
            "ready", Intent.Action.READY)
        .forEach((word, action) ->
            Routes.on(router, HttpMethod.POST, MEMBER + word)
                .handler(ctx -> setState(ctx, action)));
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
    Routes.on(router, HttpMethod.POST, "/api/v1/alerts/{channel}/test").handler(this::testAlert);
  }

  private void on(
      Router router,
      HttpMethod method,
      String path,
      Function<RoutingContext, OperatorAction> action) {
    Routes.on(router, method, path).handler(ctx -> submit(ctx, action.apply(ctx)));
  }

  private void setState(RoutingContext ctx, Intent.Action action) {
    var terms = IntentTerms.of(ctx.body().asString(), now.get());
    if (terms.problem() == null) {
      submit(
          ctx,
          new OperatorAction.SetState(
              backend(ctx), name(ctx), action, terms.reason(), terms.until()));
    } else {
      Problem.send(ctx, 400, terms.problem());
    }
  }

  private void setWeight(RoutingContext ctx) {
    JsonNode body = Json.read(ctx.body().asString());
    JsonNode weight = body.path("weight");
    if (body.size() != 1
        || !weight.canConvertToInt()
        || !weight.isIntegralNumber()
        || weight.intValue() < 0
        || weight.intValue() > MAX_WEIGHT) {
      Problem.send(
          ctx,
          400,
          "expected {\"weight\": N} with a whole number from 0 to "
              + MAX_WEIGHT
              + " and no other key");
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

  private void testAlert(RoutingContext ctx) {
    String channel = ctx.pathParam("channel");
    int refused = channel.equals("mail") ? 409 : 404;
    respond(ctx, actions.testAlert(channel, from(ctx)), refused);
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

  private OperatorActions.Requester from(RoutingContext ctx) {
    return new OperatorActions.Requester(BearerAuth.operator(ctx), proxies.client(ctx));
  }

  private static String backend(RoutingContext ctx) {
    return ctx.pathParam("backend");
  }

  private static String name(RoutingContext ctx) {
    String dots = DotNames.of(ctx);
    return dots == null ? ctx.pathParam("name") : dots;
  }
}
