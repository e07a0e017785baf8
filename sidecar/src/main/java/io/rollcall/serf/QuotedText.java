package io.rollcall.serf;

import io.rollcall.core.Sanitizer;

/** Text from the gossip or from another process, made fit to stand in one line for a person. */
final class QuotedText {
  private static final int SHOWN = 80;

  private QuotedText() {}

  /**
   * The text in quotes, at most 80 characters of it; what does not print (control characters, those
   * that reorder a line) is shown as {@code \\u0009}.
   */
  static String quoted(String text) {
    var shown = new StringBuilder("'");
    text.codePoints()
        .limit(SHOWN)
        .forEach(c -> {
          if (Sanitizer.hidden(c)) {
            shown.append(String.format("\\u%04x", c));
          } else {
            shown.appendCodePoint(c);
          }
        });
    return shown.append(text.codePointCount(0, text.length()) > SHOWN ? "…'" : "'").toString();
  }
}
