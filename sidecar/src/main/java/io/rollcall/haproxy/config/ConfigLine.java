package io.rollcall.haproxy.config;

import java.util.ArrayList;
import java.util.List;

/**
 * One line with words: quotes, escapes and variables are resolved, comments are gone.
 *
 * @param number from 1
 * @param words at least one
 * @param conditional it is in a block whose condition cannot be decided here
 */
public record ConfigLine(int number, List<String> words, boolean conditional) {
  /** A line that HAProxy reads. */
  public ConfigLine(int number, List<String> words) {
    this(number, words, false);
  }

  public ConfigLine {
    words = List.copyOf(words);
  }

  /** Whether it begins with these words. */
  public boolean starts(String... with) {
    return words.size() >= with.length && words.subList(0, with.length).equals(List.of(with));
  }

  /** The word at an index, empty beyond the end. */
  public String word(int index) {
    return index < words.size() ? words.get(index) : "";
  }

  /** Whether the keyword is among the words from an index on. */
  public boolean has(String keyword, int from) {
    return words.subList(Math.min(from, words.size()), words.size()).contains(keyword);
  }

  /** Whether the keyword is an option of it: the name of a server may be the same word. */
  public boolean has(String keyword) {
    return has(keyword, options());
  }

  /** The word after this option; empty if there is none. */
  public String after(String keyword) {
    return has(keyword) ? word(indexIn(words, keyword) + 1) : "";
  }

  /** All words but these options, each with as many words after it. */
  public String without(int values, String... keywords) {
    var left = new ArrayList<>(words);
    for (String keyword : keywords) {
      int at = indexIn(left, keyword);
      if (at >= 0) {
        left.subList(at, Math.min(left.size(), at + 1 + values)).clear();
      }
    }
    return String.join(" ", left);
  }

  /** Where its options begin: the name, the range and the address of a server are none. */
  private int options() {
    return switch (words.getFirst()) {
      case "server" -> 3;
      case "server-template" -> 4;
      default -> 1;
    };
  }

  private int indexIn(List<String> some, String option) {
    int from = Math.min(options(), some.size());
    int at = some.subList(from, some.size()).indexOf(option);
    return at < 0 ? -1 : from + at;
  }

  /** The words from an index on, with single spaces. */
  public String rest(int from) {
    return String.join(" ", words.subList(Math.min(from, words.size()), words.size()));
  }
}
