package io.rollcall.status;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How values are spelled wherever they are shown. */
final class Words {
  static final String UNKNOWN = "?";

  private Words() {}

  /** {@code in-sync} of {@code IN_SYNC}. */
  static String of(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static String of(@Nullable Object value) {
    return value == null ? UNKNOWN : value.toString();
  }

  /**
   * In the largest unit that fits, whole: {@code 59 s}, {@code 3 min}, {@code 2 h}, {@code 5 d}.
   */
  static String of(Duration age) {
    if (age.compareTo(Duration.ofMinutes(1)) < 0) {
      return Math.max(0, age.toSeconds()) + " s";
    }
    if (age.compareTo(Duration.ofHours(1)) < 0) {
      return age.toMinutes() + " min";
    }
    return age.compareTo(Duration.ofDays(1)) < 0 ? age.toHours() + " h" : age.toDays() + " d";
  }

  /**
   * Foreign text as a person may safely see it: what moves a cursor, reorders or hides text is
   * written as its code point, {@code \\u{202e}}.
   */
  static String visible(String text) {
    var shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(point -> {
          if (hidden(point)) {
            shown.append("\\u{").append(Integer.toHexString(point)).append('}');
          } else {
            shown.appendCodePoint(point);
          }
        });
    return shown.toString();
  }

  private static boolean hidden(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
