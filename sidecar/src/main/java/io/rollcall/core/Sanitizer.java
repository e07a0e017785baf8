package io.rollcall.core;

/** Foreign text as a person may safely see it: names and texts come from anybody. */
public final class Sanitizer {
  private Sanitizer() {}

  /**
   * The text, in which what moves a cursor, reorders or hides text is written as its code point,
   * {@code \\u{202e}}.
   */
  public static String of(String text) {
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

  /** It does not print, or changes how what is around it looks. */
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
