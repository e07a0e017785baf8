package io.rollcall.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Lets pass what only reads; all else needs the token: 403 where there is none, 401 without it. */
final class BearerAuth implements Handler<RoutingContext> {
  private static final String SCHEME = "Bearer ";

  private final byte @Nullable [] token;

  BearerAuth(@Nullable String token) {
    this.token = token == null ? null : token.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void handle(RoutingContext ctx) {
    HttpMethod method = ctx.request().method();
    if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
      ctx.next();
    } else if (token == null) {
      Problem.send(ctx, 403, "actions are off: no http.token is configured");
    } else if (bears(ctx.request().getHeader(HttpHeaders.AUTHORIZATION), token)) {
      ctx.next();
    } else {
      ctx.response().putHeader("WWW-Authenticate", "Bearer realm=\"rollcall\"");
      Problem.send(ctx, 401, "actions need the header Authorization: Bearer and the token");
    }
  }

  /** Takes as long whatever the offered token has in common with the right one. */
  private static boolean bears(@Nullable String header, byte[] token) {
    return header != null
        && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        && MessageDigest.isEqual(
            header.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8), token);
  }
}
