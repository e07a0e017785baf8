package io.rollcall.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The login of a browser, which cannot send a token by itself when it opens the page. */
final class LoginRoutes {
  private static final String PAGE = Resource.text("login.html");
  private static final String FIELD = "token=";

  private final HttpAccess access;
  private final AuthFailures failures;
  private final Supplier<Instant> now;

  LoginRoutes(HttpAccess access, AuthFailures failures, Supplier<Instant> now) {
    this.access = access;
    this.failures = failures;
    this.now = now;
  }

  void addTo(Router router) {
    Routes.get(router, "/login").handler(ctx -> show(ctx, 200, ""));
    Routes.on(router, HttpMethod.POST, "/login").handler(this::login);
    Routes.on(router, HttpMethod.POST, "/logout")
        .handler(ctx -> {
          ctx.response().addCookie(LoginCookie.none(access.tls() != null));
          toPage(ctx);
        });
  }

  /** The form, with a line about what went wrong. */
  static void show(RoutingContext ctx, int status, String problem) {
    ctx.response().setStatusCode(status);
    Responses.send(ctx, "text/html; charset=utf-8", PAGE.replace("${problem}", problem));
  }

  private void login(RoutingContext ctx) {
    String address = access.proxies().client(ctx);
    if (failures.tooMany(address)) {
      show(ctx, 429, "Too many wrong tokens from this address. Try again in a minute.");
      return;
    }
    String given = field(ctx.body().asString());
    AccessToken token =
        access.tokens().stream().filter(one -> one.isSecret(given)).findFirst().orElse(null);
    if (token == null) {
      failures.add(address);
      show(ctx, 401, "This token is not valid.");
    } else {
      ctx.response().addCookie(LoginCookie.of(token, now.get(), access.tls() != null));
      toPage(ctx);
    }
  }

  private static void toPage(RoutingContext ctx) {
    ctx.response().setStatusCode(303).putHeader(HttpHeaders.LOCATION, "/");
    Responses.send(ctx, "text/plain; charset=utf-8", "");
  }

  private static String field(@Nullable String form) {
    if (form == null || !form.startsWith(FIELD)) {
      return "";
    }
    try {
      return URLDecoder.decode(form.substring(FIELD.length()), StandardCharsets.UTF_8).strip();
    } catch (IllegalArgumentException _) {
      return "";
    }
  }
}
