package io.rollcall.haproxy.config;

import java.util.List;

/**
 * A section, such as {@code backend app}.
 *
 * @param kind its keyword
 * @param name empty for none
 * @param line number of its first line
 * @param own the lines below the first
 * @param inherited the lines of its {@code defaults}
 */
public record ConfigSection(
    String kind, String name, int line, List<ConfigLine> own, List<ConfigLine> inherited) {
  public ConfigSection {
    own = List.copyOf(own);
    inherited = List.copyOf(inherited);
  }

  /** The lines that begin with these words: its own, or without any those of its defaults. */
  public List<ConfigLine> lines(String... words) {
    var mine = own.stream().filter(line -> line.starts(words)).toList();
    return mine.isEmpty() ? inherited.stream().filter(line -> line.starts(words)).toList() : mine;
  }

  /** A line begins with these words, and no later one of its own takes it back by {@code no}. */
  public boolean has(String... words) {
    var negated = new String[words.length + 1];
    negated[0] = "no";
    System.arraycopy(words, 0, negated, 1, words.length);
    return !lines(words).isEmpty() && own.stream().noneMatch(line -> line.starts(negated));
  }

  /** The rest of the last line that begins with these words; empty if there is none. */
  public String value(String... words) {
    List<ConfigLine> lines = lines(words);
    return lines.isEmpty() ? "" : lines.getLast().rest(words.length);
  }

  /** Its first line, {@code backend app}. */
  public String title() {
    return name.isEmpty() ? kind : kind + " " + name;
  }
}
