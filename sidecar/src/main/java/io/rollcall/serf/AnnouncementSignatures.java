package io.rollcall.serf;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rollcall.core.model.Announcement.Incarnation;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Checks the signatures of announcements: two more fields, Unix milliseconds and HMAC-SHA256 in hex
 * over the event's name, a TAB and all fields before. A signature counts for {@link #WINDOW}, and
 * for each incarnation only if it is newer than the last one, so that a recorded announcement
 * cannot be sent again. Not thread-safe.
 */
final class AnnouncementSignatures {
  /** How far the clocks of backend and balancer may be apart. */
  static final Duration WINDOW = Duration.ofSeconds(60);

  /** Only holders of the key can add one, and each is kept for the window. */
  private static final int MOST_REMEMBERED = 20_000;

  private static final Pattern MILLISECONDS = Pattern.compile("[0-9]{1,15}");
  private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{64}");
  private static final String ALGORITHM = "HmacSHA256";

  private final @Nullable SecretKeySpec key;
  private final boolean signedOnly;
  private final InstantSource clock;
  private final Map<Incarnation, Long> newest = new LinkedHashMap<>();

  /** How an announcement is to be taken. */
  sealed interface Verdict {
    /** Anybody can have sent it. */
    record Unsigned() implements Verdict {}

    /** It comes from a holder of the key. */
    record Signed() implements Verdict {}

    /** It was received before, or a newer one of the same incarnation was. */
    record Repeated() implements Verdict {}

    /** It does not count, for this reason. */
    record Distrusted(String why) implements Verdict {}
  }

  /**
   * Nothing was received yet.
   *
   * @param clock the wall clock, which the backends' clocks are compared with
   */
  AnnouncementSignatures(AnnouncementTrust trust, InstantSource clock) {
    String text = trust.key();
    this.key = text == null ? null : new SecretKeySpec(text.getBytes(UTF_8), ALGORITHM);
    this.signedOnly = trust.signedOnly();
    this.clock = clock;
  }

  /**
   * Checks one announcement.
   *
   * @param payload all fields, joined by TAB
   * @param time the field with the time; null if it is not signed
   */
  Verdict check(String event, String payload, @Nullable String time, Incarnation incarnation) {
    if (time == null || key == null) {
      return signedOnly
          ? new Verdict.Distrusted("not signed, and announce.signedOnly is set")
          : new Verdict.Unsigned();
    }
    int end = payload.lastIndexOf('\t');
    String signature = payload.substring(end + 1);
    if (!MILLISECONDS.matcher(time).matches()
        || !HEX.matcher(signature).matches()
        || !MessageDigest.isEqual(
            HexFormat.of().parseHex(signature),
            sign(key, event + "\t" + payload.substring(0, end)))) {
      return new Verdict.Distrusted("the signature is invalid");
    }
    long millis = Long.parseLong(time);
    Duration age = Duration.between(Instant.ofEpochMilli(millis), clock.instant());
    if (age.abs().compareTo(WINDOW) > 0) {
      return new Verdict.Distrusted(
          "signed %d s %s, at most %d s are allowed (compare the clocks)"
              .formatted(
                  age.abs().toSeconds(), age.isNegative() ? "ahead" : "ago", WINDOW.toSeconds()));
    }
    return isNew(incarnation, millis) ? new Verdict.Signed() : new Verdict.Repeated();
  }

  private boolean isNew(Incarnation incarnation, long millis) {
    Long last = newest.get(incarnation);
    if (last != null && last >= millis) {
      return false;
    }
    newest.remove(incarnation);
    newest.put(incarnation, millis);
    long oldest = clock.instant().minus(WINDOW).toEpochMilli();
    newest.values().removeIf(time -> newest.size() > MOST_REMEMBERED || time < oldest);
    return true;
  }

  private static byte[] sign(SecretKeySpec key, String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }
}
