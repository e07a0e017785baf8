package io.rollcall.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;

/** Reads a line as a strict logfmt parser does, written independently of what writes it. */
final class LogfmtLine {
  private final String line;
  private int at;

  private LogfmtLine(String line) {
    this.line = line;
  }

  /** The pairs in their order; fails when this is not exactly one line of logfmt. */
  static Map<String, String> parse(String line) {
    assertTrue(line.endsWith("\n"), line);
    return new LogfmtLine(line.substring(0, line.length() - 1)).pairs();
  }

  private Map<String, String> pairs() {
    var pairs = new LinkedHashMap<String, String>();
    while (at < line.length()) {
      int equals = line.indexOf('=', at);
      assertTrue(equals > at, "a pair without a key: " + line);
      String key = line.substring(at, equals);
      assertTrue(key.matches("[a-z][A-Za-z0-9_]*"), "not a key: " + key);
      at = equals + 1;
      boolean quoted = at < line.length() && line.charAt(at) == '"';
      assertNull(pairs.put(key, quoted ? quoted() : bare()), "twice: " + key);
      if (at < line.length()) {
        assertEquals(' ', line.charAt(at++), line);
        assertFalse(at == line.length(), "a space at the end: " + line);
      }
    }
    return pairs;
  }

  private String bare() {
    int begin = at;
    while (at < line.length() && line.charAt(at) != ' ') {
      char c = line.charAt(at++);
      assertTrue(c > ' ' && c < 127 && c != '"' && c != '=', "to be quoted: " + line);
    }
    assertTrue(at > begin, "an empty value: " + line);
    return line.substring(begin, at);
  }

  private String quoted() {
    var value = new StringBuilder();
    at++;
    while (line.charAt(at) != '"') {
      char c = line.charAt(at++);
      assertFalse(
          Character.isISOControl(c) || c == '\u2028' || c == '\u202e', "unescaped: " + line);
      value.append(c == '\\' ? escaped() : c);
    }
    at++;
    return value.toString();
  }

  private char escaped() {
    char c = line.charAt(at++);
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case '"', '\\' -> c;
      case 'u' -> {
        at += 4;
        yield (char) Integer.parseInt(line.substring(at - 4, at), 16);
      }
      default -> throw new AssertionError("unknown escape: " + line);
    };
  }
}
