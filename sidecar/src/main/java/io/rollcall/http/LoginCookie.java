package io.rollcall.http;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Lets a browser read after a login: {@code NAME.SECONDS.SIGNATURE}, signed with the token, which
 * it does not contain. So nothing is kept here, it is valid after a restart and on every balancer
 * with the same token, and ends when the token is changed. It permits reading only: so it may come
 * with a link from elsewhere, as one to an incident in a chat.
 */
final class LoginCookie {
  private static final String NAME = "rollcall_login";
  private static final Duration LIFE = Duration.ofHours(12);
  private static final Pattern VALUE =
      Pattern.compile("([A-Za-z0-9_-]{1,64})\\.(\\d{1,12})\\.([A-Za-z0-9_-]{43})");

  private LoginCookie() {}

  static Cookie of(AccessToken token, Instant now, boolean secure) {
    long until = now.plus(LIFE).getEpochSecond();
    return cookie(token.name() + "." + until + "." + signature(token, until), secure)
        .setMaxAge(LIFE.toSeconds());
  }

  /** Removes it from the browser. */
  static Cookie none(boolean secure) {
    return cookie("", secure).setMaxAge(0);
  }

  private static Cookie cookie(String value, boolean secure) {
    return Cookie.cookie(NAME, value)
        .setPath("/")
        .setHttpOnly(true)
        .setSameSite(CookieSameSite.LAX)
        .setSecure(secure);
  }

  /** The token that the request's cookie was made for; null if there is no valid one. */
  static @Nullable AccessToken token(
      HttpServerRequest request, List<AccessToken> tokens, Instant now) {
    Cookie cookie = request.getCookie(NAME);
    Matcher value = VALUE.matcher(cookie == null ? "" : cookie.getValue());
    if (!value.matches()) {
      return null;
    }
    long until = Long.parseLong(value.group(2));
    return tokens.stream()
        .filter(token -> token.name().equals(value.group(1)))
        .filter(_ -> now.getEpochSecond() < until)
        .filter(token -> same(signature(token, until), value.group(3)))
        .findFirst()
        .orElse(null);
  }

  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
  }

  private static String signature(AccessToken token, long until) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(token.secret().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] text =
          ("rollcall login\n" + token.name() + "\n" + until).getBytes(StandardCharsets.UTF_8);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA256 is missing from this JDK", e);
    }
  }
}
