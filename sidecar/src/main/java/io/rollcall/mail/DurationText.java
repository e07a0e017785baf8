package io.rollcall.mail;

import java.time.Duration;

/** How long something took, in its two largest units. */
final class DurationText {
  private DurationText() {}

  /** {@code 12 s}, {@code 4 min 12 s}, {@code 2 h 5 min}, {@code 3 d 4 h}. */
  static String of(Duration time) {
    long seconds = Math.max(0, time.toSeconds());
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return two(seconds / 60, "min", seconds % 60, "s");
    }
    return seconds < 86_400
        ? two(seconds / 3600, "h", seconds / 60 % 60, "min")
        : two(seconds / 86_400, "d", seconds / 3600 % 24, "h");
  }

  private static String two(long large, String unit, long small, String smallUnit) {
    return large + " " + unit + (small == 0 ? "" : " " + small + " " + smallUnit);
  }
}
