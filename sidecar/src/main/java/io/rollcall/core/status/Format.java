package io.rollcall.core.status;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How values are written wherever they are shown. */
public final class Format {
  /** Stands for a value that is unknown at the moment. */
  public static final String UNKNOWN = "?";

  /** The legend of {@link #UNKNOWN}. */
  public static final String LEGEND = "? means the value is currently unknown";

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Format() {}

  /** {@code in-sync} for {@code IN_SYNC}. */
  public static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The value, or {@link #UNKNOWN} for null. */
  public static String value(@Nullable Object value) {
    return value == null ? UNKNOWN : value.toString();
  }

  /** An address with its port, as in a URL. */
  public static String address(@Nullable String address, @Nullable Integer port) {
    if (address == null) {
      return UNKNOWN;
    }
    String host = address.contains(":") ? "[" + address + "]" : address;
    return port == null ? host : host + ":" + port;
  }

  /** The path of a pool in the API. */
  public static String path(String pool) {
    return "/api/v1/pools/" + encoded(pool);
  }

  /** Any text as one segment of a path. */
  public static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** {@code role=backend zone=a}; this is foreign text. */
  public static String tags(Status.MemberRow row) {
    return row.tags().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(tag -> tag.getKey() + "=" + tag.getValue())
        .collect(Collectors.joining(" "));
  }

  /** The time of day in UTC, {@code 08:20:01}. */
  public static String clock(Instant at) {
    return CLOCK.format(at);
  }

  /** RFC 3339 in UTC with milliseconds at most, the finest time that HTML permits. */
  public static String millis(Instant at) {
    return at.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  /** In the largest unit, rounded down: {@code 59 s}, {@code 3 min}, {@code 2 h}, {@code 5 d}. */
  public static String age(Duration age) {
    if (age.compareTo(Duration.ofMinutes(1)) < 0) {
      return Math.max(0, age.toSeconds()) + " s";
    }
    if (age.compareTo(Duration.ofHours(1)) < 0) {
      return age.toMinutes() + " min";
    }
    return age.compareTo(Duration.ofDays(1)) < 0 ? age.toHours() + " h" : age.toDays() + " d";
  }

  /** The age of something at this time. */
  public static String age(Instant since, Instant now) {
    return age(Duration.between(since, now));
  }

  /** A short time in the unit that fits: {@code 850 µs}, {@code 12 ms}, {@code 1.4 s}. */
  public static String micros(long micros) {
    if (micros < 1000) {
      return micros + " µs";
    }
    return micros < 1_000_000
        ? micros / 1000 + " ms"
        : String.format(Locale.ROOT, "%.1f s", micros / 1e6);
  }
}
