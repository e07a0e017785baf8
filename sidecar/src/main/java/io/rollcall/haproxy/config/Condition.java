package io.rollcall.haproxy.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A condition of {@code .if} (configuration manual, 2.4): constants, variables and texts. What only
 * HAProxy knows, as its version and features, is asked of it where that is possible.
 */
final class Condition {
  private final Map<String, String> variables;
  private final boolean complete;
  private final Function<String, @Nullable Boolean> haproxy;

  /**
   * @param complete every variable of HAProxy's process is known
   * @param haproxy decides what only it knows; null where it cannot be asked
   */
  Condition(
      Map<String, String> variables,
      boolean complete,
      Function<String, @Nullable Boolean> haproxy) {
    this.variables = variables;
    this.complete = complete;
    this.haproxy = haproxy;
  }

  /** Null where it cannot be decided. */
  @Nullable Boolean holds(String text) {
    List<String> any = split(text, "||");
    if (any.size() > 1) {
      return first(any, true);
    }
    List<String> all = split(text, "&&");
    return all.size() > 1 ? first(all, false) : term(text.strip());
  }

  /** The value that decides as soon as one term has it; otherwise each must have the other. */
  private @Nullable Boolean first(List<String> terms, boolean deciding) {
    Boolean result = !deciding;
    for (String term : terms) {
      Boolean holds = holds(term);
      if (holds == null) {
        result = null;
      } else if (holds == deciding) {
        return deciding;
      }
    }
    return result;
  }

  private @Nullable Boolean term(String term) {
    if (term.startsWith("!")) {
      Boolean holds = term(term.substring(1).strip());
      return holds == null ? null : Boolean.valueOf(!holds);
    }
    if (term.startsWith("(") && term.endsWith(")")) {
      return holds(term.substring(1, term.length() - 1));
    }
    if (term.contains(ProxyConfig.UNKNOWN)) {
      return null;
    }
    if (term.isEmpty() || term.equals("false") || term.matches("0{1,9}")) {
      return false;
    }
    if (term.equals("true") || term.matches("\\d{1,9}")) {
      return true;
    }
    int open = term.indexOf('(');
    if (open <= 0 || !term.endsWith(")")) {
      return null;
    }
    return predicate(term, open);
  }

  private @Nullable Boolean predicate(String term, int open) {
    List<String> words = split(term.substring(open + 1, term.length() - 1), ",");
    String one = words.getFirst().strip();
    String other = words.size() > 1 ? words.get(1).strip() : "";
    return switch (term.substring(0, open)) {
      case "defined" -> defined(one);
      case "streq" -> one.equals(other);
      case "strneq" -> !one.equals(other);
      case "strstr" -> one.contains(other);
      default -> haproxy.apply(term);
    };
  }

  private @Nullable Boolean defined(String name) {
    String value = variables.get(name);
    if (value == null) {
      return complete ? false : null;
    }
    return value.equals(ProxyConfig.UNKNOWN) ? null : true;
  }

  /** The parts between a separator outside of parentheses; the text itself if there is none. */
  private static List<String> split(String text, String separator) {
    var parts = new ArrayList<String>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
      } else if (depth == 0 && text.startsWith(separator, i)) {
        parts.add(text.substring(start, i));
        start = i + separator.length();
      }
    }
    parts.add(text.substring(start));
    return parts;
  }
}
