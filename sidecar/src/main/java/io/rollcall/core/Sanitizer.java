package io.rollcall.core;

/**
 * Makes foreign text safe to show. Names, tags and replies come from other hosts: such a text may
 * move the cursor of a terminal, reorder or hide what is beside it, or fill a page.
 */
public final class Sanitizer {
  private static final String CUT = "…";

  private Sanitizer() {}

  /** The whole text; characters that do not print are written as code points, {@code \\u{202e}}. */
  public static String visible(String text) {
    if (isPlain(text)) {
      return text;
    }
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

  /** Nearly every text; a page of 1,000 members has thousands of them. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  /**
   * The text on one line, {@link #visible}, cut with an ellipsis where it is longer.
   *
   * @param max code points of the text that are kept
   */
  public static String line(String text, int max) {
    return text.codePointCount(0, text.length()) <= max
        ? visible(text)
        : visible(text.substring(0, text.offsetByCodePoints(0, max))) + CUT;
  }

  /** The same in double quotes, so that an empty text and spaces at its ends can be seen. */
  public static String quoted(String text, int max) {
    return '"' + line(text, max) + '"';
  }

  /** The character does not print, or changes how the text around it looks. */
  public static boolean hidden(int point) {
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
