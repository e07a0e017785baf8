package io.rollcall.core;

import java.time.Duration;

/** A length of time for people, in its two largest units. */
public final class DurationFormat {
  private DurationFormat() {}

  /** {@code 12 s}, {@code 4 min 12 s}, {@code 2 h 5 min}, {@code 3 d 4 h}. */
  public static String text(Duration time) {
    long seconds = Math.max(0, time.toSeconds());
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return text(seconds / 60, "min", seconds % 60, "s");
    }
    return seconds < 86_400
        ? text(seconds / 3600, "h", seconds / 60 % 60, "min")
        : text(seconds / 86_400, "d", seconds / 3600 % 24, "h");
  }

  private static String text(long large, String unit, long small, String smallUnit) {
    return large + " " + unit + (small == 0 ? "" : " " + small + " " + smallUnit);
  }
}
