package io.rollcall.mail;

import io.rollcall.core.Sanitizer;

/** Foreign text that can do no harm in a mail: names and texts come from anybody. */
final class MailText {
  private MailText() {}

  /**
   * In one line, what would move, reorder or hide text written as its code point ({@code
   * \\u{202e}}), cut where it is longer.
   *
   * @param most code points of the result at most, but for the dots
   */
  static String line(String text, int most) {
    if (text.codePointCount(0, text.length()) <= most) {
      return Sanitizer.of(text);
    }
    return Sanitizer.of(text.substring(0, text.offsetByCodePoints(0, most))) + "...";
  }

  static String html(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
