package io.rollcall.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Finds the member that holds a session. The cookie's value does not leave this class: only its
 * hash, the key in HAProxy's table, is passed on. It is neither logged nor returned.
 */
final class SessionLookup {
  private static final int MAX_LENGTH = 4096;

  private record Found(
      boolean found, @Nullable String pool, @Nullable String slot, @Nullable String member) {}

  private final SessionLocator sessions;

  SessionLookup(SessionLocator sessions) {
    this.sessions = sessions;
  }

  void addTo(Router router) {
    Routes.on(router, HttpMethod.POST, "/api/v1/sessions/lookup").handler(this::look);
  }

  private void look(RoutingContext ctx) {
    JsonNode cookie = Json.read(ctx.body().asString()).path("cookie");
    if (!cookie.isTextual()
        || cookie.textValue().isEmpty()
        || cookie.textValue().length() > MAX_LENGTH) {
      Problem.send(
          ctx,
          400,
          "expected {\"cookie\": VALUE} with the value of the cookie, 1 to "
              + MAX_LENGTH
              + " characters");
      return;
    }
    sessions
        .holder(key(cookie.textValue()))
        .onSuccess(holder -> Responses.json(ctx, found(holder)))
        .onFailure(e -> Problem.send(ctx, 503, String.valueOf(e.getMessage())));
  }

  private static Found found(SessionLocator.@Nullable Holder holder) {
    return holder == null
        ? new Found(false, null, null, null)
        : new Found(true, holder.pool(), holder.slot(), holder.member());
  }

  /** The same as HAProxy's converters {@code sha1,hex}: capital hex digits. */
  static String key(String value) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1").digest(value.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().withUpperCase().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-1 is missing from this JDK", e);
    }
  }
}
