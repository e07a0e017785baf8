package io.rollcall.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Passes requests that only read. All others need the token: 403 if none is configured, 401 if it
 * is missing or wrong.
 */
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
      Problem.send(ctx, 403, "actions are disabled: set http.token (SIDECAR_HTTP_TOKEN)");
    } else if (bears(ctx.request().getHeader(HttpHeaders.AUTHORIZATION), token)) {
      ctx.next();
    } else {
      ctx.response().putHeader("WWW-Authenticate", "Bearer realm=\"rollcall\"");
      Problem.send(ctx, 401, "token missing or wrong: send the header Authorization: Bearer TOKEN");
    }
  }

  /** Compares in constant time, so that the time of an answer says nothing about the token. */
  private static boolean bears(@Nullable String header, byte[] token) {
    return header != null
        && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        && MessageDigest.isEqual(
            header.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8), token);
  }
}
