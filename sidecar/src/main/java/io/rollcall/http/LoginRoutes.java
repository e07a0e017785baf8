package io.rollcall.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The login of a browser, which cannot send a token by itself when it opens the page. */
final class LoginRoutes {
  private static final String PAGE = Resource.text("login.html");

  /** An address on this server, as the browser sent it. */
  private static final Pattern LOCAL = Pattern.compile("/(?![/\\\\])[!-~]*");

  private final HttpAccess access;
  private final AuthFailures failures;
  private final Supplier<Instant> now;

  LoginRoutes(HttpAccess access, AuthFailures failures, Supplier<Instant> now) {
    this.access = access;
    this.failures = failures;
    this.now = now;
  }

  void addTo(Router router) {
    Routes.get(router, "/login").handler(ctx -> show(ctx, 200, "", "/"));
    Routes.on(router, HttpMethod.POST, "/login").handler(this::login);
    Routes.on(router, HttpMethod.POST, "/logout")
        .handler(ctx -> {
          ctx.response().addCookie(LoginCookie.none(access.tls() != null));
          redirect(ctx, "/");
        });
  }

  /** The form in place of a page, to which the login leads back. */
  static void show(RoutingContext ctx) {
    show(ctx, 401, "", ctx.request().uri());
  }

  /** The form, with a line about what went wrong. */
  private static void show(RoutingContext ctx, int status, String problem, String to) {
    ctx.response().setStatusCode(status);
    Responses.send(
        ctx,
        "text/html; charset=utf-8",
        PAGE.replace("${problem}", problem).replace("${to}", attribute(local(to))));
  }

  /** Never another server, whatever the form says. */
  private static String local(String address) {
    return LOCAL.matcher(address).matches() ? address : "/";
  }

  private static String attribute(String text) {
    return text.replace("&", "&amp;").replace("\"", "&quot;").replace("<", "&lt;");
  }

  private void login(RoutingContext ctx) {
    String address = access.proxies().client(ctx);
    if (failures.tooMany(address)) {
      show(ctx, 429, "Too many wrong tokens from this address. Try again in a minute.", "/");
      return;
    }
    String given = field(ctx, "token");
    String to = field(ctx, "to");
    AccessToken token =
        access.tokens().stream().filter(one -> one.isSecret(given)).findFirst().orElse(null);
    if (token == null) {
      failures.add(address);
      show(ctx, 401, "This token is not valid.", to);
    } else {
      ctx.response().addCookie(LoginCookie.of(token, now.get(), access.tls() != null));
      redirect(ctx, local(to));
    }
  }

  private static void redirect(RoutingContext ctx, String to) {
    ctx.response().setStatusCode(303).putHeader(HttpHeaders.LOCATION, to);
    Responses.send(ctx, "text/plain; charset=utf-8", "");
  }

  /** The value of a field of the form; empty for none. */
  private static String field(RoutingContext ctx, String name) {
    String form = ctx.body().asString();
    for (String field : form == null ? new String[0] : form.split("&", 10)) {
      if (field.startsWith(name + "=")) {
        try {
          return URLDecoder.decode(field.substring(name.length() + 1), StandardCharsets.UTF_8)
              .strip();
        } catch (IllegalArgumentException _) {
          return "";
        }
      }
    }
    return "";
  }
}
