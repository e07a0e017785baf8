package io.rollcall.haproxy.config;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Splits a line into words by HAProxy's rules (configuration manual, 2.2 and 2.3): blanks separate,
 * {@code #} begins a comment, single quotes are literal, double quotes resolve variables, a
 * backslash takes the next character as it is.
 */
final class LineWords {
  private final String line;
  private final Map<String, String> variables;
  private final String unknown;
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean open;
  private int at;

  /**
   * @param unknown the value of a variable that is not there and has no default
   */
  LineWords(String line, Map<String, String> variables, String unknown) {
    this.line = line;
    this.variables = variables;
    this.unknown = unknown;
  }

  List<String> read() {
    while (at < line.length()) {
      char c = line.charAt(at++);
      switch (c) {
        case ' ', '\t', '\r' -> end();
        case '#' -> at = line.length();
        case '\'' -> literal();
        case '"' -> quoted();
        case '\\' -> escaped();
        default -> add(c);
      }
    }
    end();
    return words;
  }

  private void add(char c) {
    word.append(c);
    open = true;
  }

  private void end() {
    if (open) {
      words.add(word.toString());
      word.setLength(0);
      open = false;
    }
  }

  private void escaped() {
    if (at < line.length()) {
      char c = line.charAt(at++);
      add(
          switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'x' -> hex();
            default -> c;
          });
    }
  }

  /** The character of two hexadecimal digits; {@code x} where they are none. */
  private char hex() {
    if (at + 2 > line.length()
        || !HexFormat.isHexDigit(line.charAt(at))
        || !HexFormat.isHexDigit(line.charAt(at + 1))) {
      return 'x';
    }
    at += 2;
    return (char) HexFormat.fromHexDigits(line, at - 2, at);
  }

  private void literal() {
    open = true;
    int close = line.indexOf('\'', at);
    int stop = close < 0 ? line.length() : close;
    word.append(line, at, stop);
    at = stop + 1;
  }

  private void quoted() {
    open = true;
    while (at < line.length()) {
      char c = line.charAt(at++);
      switch (c) {
        case '"' -> {
          return;
        }
        case '\\' -> escaped();
        case '$' -> variable();
        default -> word.append(c);
      }
    }
  }

  /** {@code $NAME}, {@code ${NAME}} or {@code ${NAME-default}}. */
  private void variable() {
    boolean braces = at < line.length() && line.charAt(at) == '{';
    int start = braces ? at + 1 : at;
    int stop = start;
    while (stop < line.length()
        && (Character.isLetterOrDigit(line.charAt(stop)) || line.charAt(stop) == '_')) {
      stop++;
    }
    String name = line.substring(start, stop);
    String standard = unknown;
    at = stop;
    if (braces) {
      int close = line.indexOf('}', stop);
      int end = close < 0 ? line.length() : close;
      standard = line.startsWith("-", stop) ? line.substring(stop + 1, end) : unknown;
      at = Math.min(line.length(), end + 1);
    }
    word.append(variables.getOrDefault(name, standard));
  }
}
