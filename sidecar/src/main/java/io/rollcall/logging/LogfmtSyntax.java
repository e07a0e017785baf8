package io.rollcall.logging;

import io.rollcall.core.Sanitizer;
import java.util.Set;

/** Tells a message that consists of logfmt pairs already from other text. */
final class LogfmtSyntax {
  static final String EVENT = "event";

  /** Keys that the formatter writes itself: a message with one of them would forge it. */
  private static final Set<String> RESERVED =
      Set.of("ts", "level", "logger", "msg", "err", "repeated");

  private LogfmtSyntax() {}

  /** Whether a message may have a pair with this key. */
  static boolean isKey(String key) {
    return !key.isEmpty()
        && key.charAt(0) >= 'a'
        && key.charAt(0) <= 'z'
        && key.chars().allMatch(LogfmtSyntax::isKeyCharacter)
        && !RESERVED.contains(key);
  }

  /**
   * Whether the text is what {@link Logfmt} writes: pairs separated by one space, the first of them
   * {@code event}, each value either bare or quoted, nothing in it that would have to be escaped.
   */
  static boolean isPairs(String text) {
    if (!text.startsWith(EVENT + "=")) {
      return false;
    }
    int at = 0;
    while (true) {
      int equals = text.indexOf('=', at);
      if (equals < 0 || !isKey(text.substring(at, equals))) {
        return false;
      }
      int end = endOfValue(text, equals + 1);
      if (end < 0 || end == text.length()) {
        return end > 0;
      }
      if (text.charAt(end) != ' ') {
        return false;
      }
      at = end + 1;
    }
  }

  /** The index after the value that begins here, negative when there is none. */
  private static int endOfValue(String text, int begin) {
    if (begin < text.length() && text.charAt(begin) == '"') {
      return endOfQuoted(text, begin + 1);
    }
    int end = begin;
    while (end < text.length() && LogfmtValue.isBare(text.charAt(end))) {
      end++;
    }
    return end == begin ? -1 : end;
  }

  private static int endOfQuoted(String text, int begin) {
    for (int i = begin; i < text.length(); ) {
      int point = text.codePointAt(i);
      if (Sanitizer.hidden(point)) {
        return -1;
      }
      if (point == '"') {
        return i + 1;
      }
      i += point == '\\' ? 2 : Character.charCount(point);
    }
    return -1;
  }

  private static boolean isKeyCharacter(int c) {
    return c < 128 && (Character.isLetterOrDigit(c) || c == '_');
  }
}
