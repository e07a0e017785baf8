package io.rollcall.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Tells which member holds a session. The cookie's value stays in this class: only its hash, which
 * is what HAProxy's table holds, goes on; nothing logs or repeats it.
 */
final class SessionLookup {
  private static final int MAX_LENGTH = 4096;

  private record Found(
      boolean found, @Nullable String pool, @Nullable String slot, @Nullable String member) {}

  private final SessionLocator sessions;

  SessionLookup(SessionLocator sessions) {
    this.sessions = sessions;
  }

  void addTo(Routes routes) {
    routes.on(HttpMethod.POST, "/api/v1/sessions/lookup", this::look);
  }

  private void look(RoutingContext ctx) {
    JsonNode cookie = Json.read(ctx.body().asString()).path("cookie");
    if (!cookie.isTextual()
        || cookie.textValue().isEmpty()
        || cookie.textValue().length() > MAX_LENGTH) {
      Problem.send(
          ctx,
          400,
          "expected {\"cookie\": VALUE} with the cookie's value as it is sent, "
              + ("1 to " + MAX_LENGTH + " characters"));
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

  /** As HAProxy's {@code sha1,hex} writes it: in capitals. */
  static String key(String value) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1").digest(value.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().withUpperCase().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
