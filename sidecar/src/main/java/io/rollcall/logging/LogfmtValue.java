package io.rollcall.logging;

import io.rollcall.core.Sanitizer;

/**
 * The value of a logfmt pair: as it is when it consists of plain ASCII, else in quotes with the
 * escapes of JSON, which is what logfmt parsers read.
 */
final class LogfmtValue {
  private static final String CUT = "…";

  private LogfmtValue() {}

  /**
   * Returns the value as it stands in a line. It has no line break and no character that moves the
   * cursor, reorders or hides text.
   *
   * @param maxChars at least 4; a longer value is cut, quoted and ends with {@code …}
   */
  static String encode(String value, int maxChars) {
    if (value.length() <= maxChars && isBare(value)) {
      return value;
    }
    int room = maxChars - 2 - CUT.length();
    var quoted = new StringBuilder(Math.min(value.length(), maxChars) + 8).append('"');
    for (int i = 0; i < value.length(); ) {
      int point = value.codePointAt(i);
      int end = quoted.length();
      escape(point, quoted);
      if (quoted.length() - 1 > room) {
        quoted.setLength(end);
        return quoted.append(CUT).append('"').toString();
      }
      i += Character.charCount(point);
    }
    return quoted.append('"').toString();
  }

  /** Whether the value may stand without quotes. */
  static boolean isBare(String value) {
    return !value.isEmpty() && value.chars().allMatch(LogfmtValue::isBare);
  }

  static boolean isBare(int c) {
    return c > ' ' && c <= '~' && c != '"' && c != '=' && c != '\\';
  }

  private static void escape(int point, StringBuilder out) {
    switch (point) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (Sanitizer.hidden(point)) {
          for (char unit : Character.toChars(point)) {
            out.append("\\u%04x".formatted((int) unit));
          }
        } else {
          out.appendCodePoint(point);
        }
      }
    }
  }
}
