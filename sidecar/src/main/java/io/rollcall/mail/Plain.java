package io.rollcall.mail;

/** Foreign text that can do no harm in a mail: names and texts come from anybody. */
final class Plain {
  private Plain() {}

  /**
   * In one line, what would move, reorder or hide text written as its code point ({@code
   * \\u{202e}}), cut where it is longer.
   *
   * @param most code points of the result at most, but for the dots
   */
  static String line(String text, int most) {
    var shown = new StringBuilder();
    int[] points = text.codePoints().limit(most + 1L).toArray();
    for (int i = 0; i < Math.min(most, points.length); i++) {
      if (hidden(points[i])) {
        shown.append("\\u{").append(Integer.toHexString(points[i])).append('}');
      } else {
        shown.appendCodePoint(points[i]);
      }
    }
    return points.length > most ? shown + "..." : shown.toString();
  }

  static String html(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
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
