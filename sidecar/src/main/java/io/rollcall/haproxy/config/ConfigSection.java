package io.rollcall.haproxy.config;

import java.util.List;
import java.util.stream.Stream;

/**
 * A section, such as {@code backend app}.
 *
 * @param kind its keyword
 * @param name empty for none
 * @param line number of its first line
 * @param own the lines below the first
 * @param inherited the lines of its {@code defaults}
 * @param conditional it is in a block whose condition cannot be decided here
 */
public record ConfigSection(
    String kind,
    String name,
    int line,
    List<ConfigLine> own,
    List<ConfigLine> inherited,
    boolean conditional) {
  /** A section that HAProxy reads. */
  public ConfigSection(
      String kind, String name, int line, List<ConfigLine> own, List<ConfigLine> inherited) {
    this(kind, name, line, own, inherited, false);
  }

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

  /**
   * The rest of the last line that begins with these words; empty if there is none, {@link
   * ProxyConfig#UNKNOWN} if it may not be read.
   */
  public String value(String... words) {
    List<ConfigLine> lines = lines(words);
    if (lines.isEmpty()) {
      return "";
    }
    ConfigLine last = lines.getLast();
    return last.conditional() ? ProxyConfig.UNKNOWN : last.rest(words.length);
  }

  /** Whether a server has an option: by its line, or by the {@code default-server} before it. */
  public boolean option(ConfigLine server, String keyword) {
    boolean has = false;
    for (ConfigLine line : applying(server)) {
      has |= line.has(keyword);
      has &= !line.has("no-" + keyword);
      has &= !(keyword.equals("disabled") && line.has("enabled"));
    }
    return has;
  }

  /** The value of an option that a server has so; empty for none. */
  public String optionValue(ConfigLine server, String keyword) {
    return applying(server).stream()
        .filter(line -> line.has(keyword))
        .reduce((_, last) -> last)
        .map(line -> line.after(keyword))
        .orElse("");
  }

  private List<ConfigLine> applying(ConfigLine server) {
    var before =
        Stream.concat(
                inherited.stream(), own.stream().filter(line -> line.number() < server.number()))
            .filter(line -> line.starts("default-server"));
    return Stream.concat(before, Stream.of(server)).toList();
  }

  /** Its first line, {@code backend app}. */
  public String title() {
    return name.isEmpty() ? kind : kind + " " + name;
  }
}
