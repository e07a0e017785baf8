package io.rollcall.haproxy.config;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A time as HAProxy writes it: a number with a unit, {@code ms} without one. */
public final class ConfigTime {
  private static final Pattern TIME = Pattern.compile("(\\d{1,9})(us|ms|s|m|h|d)?");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "us", ChronoUnit.MICROS,
          "ms", ChronoUnit.MILLIS,
          "s", ChronoUnit.SECONDS,
          "m", ChronoUnit.MINUTES,
          "h", ChronoUnit.HOURS,
          "d", ChronoUnit.DAYS);

  private ConfigTime() {}

  /** Null for anything else. */
  public static @Nullable Duration of(String text) {
    Matcher time = TIME.matcher(text);
    if (!time.matches()) {
      return null;
    }
    String unit = time.group(2) == null ? "ms" : time.group(2);
    return Duration.of(Long.parseLong(time.group(1)), UNITS.getOrDefault(unit, ChronoUnit.MILLIS));
  }
}
