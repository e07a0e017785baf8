package io.rollcall.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks the token of a request. Acting needs that of an operator: 403 if none is configured or the
 * token is a viewer's, 401 if it is missing or wrong. Reading needs one only if a viewer is
 * configured; the health of the sidecar can always be read.
 */
final class BearerAuth implements Handler<RoutingContext> {
  private static final String SCHEME = "Bearer ";
  private static final String OPERATOR = "rollcall.operator";

  private static final String LOGIN = "rollcall.login";

  /** The login itself, and what its page loads. */
  private static final Set<String> PUBLIC =
      Set.of(
          "/healthz", "/readyz", "/login", "/logout", "/assets/rollcall.css", "/assets/icon.svg");

  private final HttpAccess access;
  private final AuthFailures failures;
  private final Supplier<Instant> now;

  BearerAuth(HttpAccess access, AuthFailures failures, Supplier<Instant> now) {
    this.access = access;
    this.failures = failures;
    this.now = now;
  }

  /** The name of the token of an action that was permitted. */
  static String operator(RoutingContext ctx) {
    String name = ctx.get(OPERATOR);
    if (name == null) {
      throw new IllegalStateException("an action without a token");
    }
    return name;
  }

  /** The name of the token that the browser has logged in with; null if it has not. */
  static @Nullable String login(RoutingContext ctx) {
    return ctx.get(LOGIN);
  }

  @Override
  public void handle(RoutingContext ctx) {
    HttpMethod method = ctx.request().method();
    boolean read = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    if (PUBLIC.contains(ctx.normalizedPath()) || (read && !access.readingNeedsAToken())) {
      ctx.next();
    } else if (!read && !access.hasOperator()) {
      Problem.send(ctx, 403, "actions are disabled: set http.token (SIDECAR_HTTP_TOKEN)");
    } else {
      check(ctx, read);
    }
  }

  private void check(RoutingContext ctx, boolean read) {
    String address = access.proxies().client(ctx);
    String header = ctx.request().getHeader(HttpHeaders.AUTHORIZATION);
    if (header != null && failures.tooMany(address)) {
      ctx.response().putHeader("Retry-After", "60");
      Problem.send(ctx, 429, "too many wrong tokens from this address");
      return;
    }
    AccessToken token = bearer(header);
    if (token == null && header == null && read) {
      token = LoginCookie.token(ctx.request(), access.tokens(), now.get());
      if (token != null) {
        ctx.put(LOGIN, token.name());
      }
    }
    if (token == null) {
      if (header != null) {
        failures.add(address);
      }
      refuse(ctx, read);
    } else if (!read && token.role() != AccessToken.Role.OPERATOR) {
      Problem.send(ctx, 403, "the token " + token.name() + " may only read: role viewer");
    } else {
      ctx.put(OPERATOR, token.name());
      ctx.next();
    }
  }

  private static void refuse(RoutingContext ctx, boolean read) {
    ctx.response().putHeader("WWW-Authenticate", "Bearer realm=\"rollcall\"");
    if (read && PageHandler.acceptsHtml(ctx)) {
      LoginRoutes.show(ctx);
    } else {
      Problem.send(ctx, 401, "token missing or wrong: send the header Authorization: Bearer TOKEN");
    }
  }

  private @Nullable AccessToken bearer(@Nullable String header) {
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return null;
    }
    String given = header.substring(SCHEME.length()).strip();
    return access.tokens().stream().filter(one -> one.isSecret(given)).findFirst().orElse(null);
  }
}
