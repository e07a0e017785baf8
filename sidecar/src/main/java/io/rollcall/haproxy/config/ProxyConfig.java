package io.rollcall.haproxy.config;

import io.rollcall.haproxy.config.ConditionalBlocks.Reading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An {@code haproxy.cfg} as sections of words. It judges nothing: a line that HAProxy would reject
 * is a line like any other. The lines of a conditional block ({@code .if}) count where its
 * condition holds; where that cannot be decided they are {@link ConfigLine#conditional}.
 */
public record ProxyConfig(List<ConfigSection> sections) {
  /** Stands in a word for a variable whose value is not known. */
  public static final String UNKNOWN = "\uFFFD";

  private static final Set<String> KEYWORDS =
      Set.of(
          "global",
          "defaults",
          "frontend",
          "backend",
          "listen",
          "resolvers",
          "peers",
          "userlist",
          "mailers",
          "program",
          "ring",
          "cache",
          "http-errors",
          "fcgi-app",
          "log-forward",
          "traces",
          "crt-store",
          "acme",
          "log-profile",
          "crt-list");

  public ProxyConfig {
    sections = List.copyOf(sections);
  }

  /**
   * Parses a file's text.
   *
   * @param environment variables of HAProxy's process; those of {@code setenv} and {@code
   *     presetenv} are added
   */
  public static ProxyConfig parse(String text, Map<String, String> environment) {
    return parse(text, environment, _ -> null);
  }

  /**
   * The same.
   *
   * @param haproxy decides the terms of conditions that only HAProxy can; null where it does not
   */
  public static ProxyConfig parse(
      String text, Map<String, String> environment, Function<String, @Nullable Boolean> haproxy) {
    return parse(text, new HashMap<>(environment), "", haproxy);
  }

  /**
   * The same without HAProxy's environment: what a variable without a default has there is {@link
   * #UNKNOWN}.
   */
  public static ProxyConfig parse(String text) {
    return parse(text, new HashMap<>(), UNKNOWN, _ -> null);
  }

  private static ProxyConfig parse(
      String text,
      Map<String, String> variables,
      String unknown,
      Function<String, @Nullable Boolean> haproxy) {
    var heads = new ArrayList<ConfigLine>();
    var bodies = new ArrayList<List<ConfigLine>>();
    var blocks = new ConditionalBlocks(new Condition(variables, unknown.isEmpty(), haproxy));
    int number = 0;
    for (String raw : text.lines().toList()) {
      number++;
      List<String> words = new LineWords(raw, variables, unknown).read();
      if (words.isEmpty() || blocks.accepts(words) || blocks.reading() == Reading.SKIPPED) {
        continue;
      }
      var line = new ConfigLine(number, words, blocks.reading() == Reading.UNDECIDED);
      if (isTitle(line)) {
        heads.add(line);
        bodies.add(new ArrayList<>());
      } else if (!bodies.isEmpty()) {
        bodies.getLast().add(line);
        define(line, variables);
      }
    }
    return new ProxyConfig(sections(heads, bodies));
  }

  private static void define(ConfigLine line, Map<String, String> variables) {
    String value = line.conditional() ? UNKNOWN : line.word(2);
    switch (line.word(0)) {
      case "setenv" -> variables.put(line.word(1), value);
      case "presetenv" -> variables.putIfAbsent(line.word(1), value);
      case "unsetenv" ->
          line.words()
              .forEach(name ->
                  variables.computeIfPresent(name, (_, _) -> line.conditional() ? UNKNOWN : null));
      default -> {}
    }
  }

  private static List<ConfigSection> sections(
      List<ConfigLine> heads, List<List<ConfigLine>> bodies) {
    var named = new HashMap<String, List<ConfigLine>>();
    List<ConfigLine> last = List.of();
    var sections = new ArrayList<ConfigSection>();
    for (int i = 0; i < heads.size(); i++) {
      ConfigLine head = heads.get(i);
      String kind = head.word(0);
      String name = head.word(1).equals("from") ? "" : head.word(1);
      boolean proxy = Set.of("frontend", "backend", "listen", "defaults").contains(kind);
      String from = proxy ? head.after("from") : "";
      List<ConfigLine> inherited = from.isEmpty() ? last : named.getOrDefault(from, List.of());
      if (kind.equals("defaults")) {
        inherited = from.isEmpty() ? List.of() : inherited;
        var all = new ArrayList<>(inherited);
        all.addAll(bodies.get(i));
        last = all;
        named.put(name, all);
      }
      sections.add(
          new ConfigSection(
              kind,
              name,
              head.number(),
              bodies.get(i),
              proxy ? inherited : List.of(),
              head.conditional()));
    }
    return sections;
  }

  /** Whether the line begins a section. */
  public static boolean isTitle(ConfigLine line) {
    return KEYWORDS.contains(line.word(0));
  }

  /** The sections of a kind, in order. */
  public List<ConfigSection> sections(String kind) {
    return sections.stream().filter(section -> section.kind().equals(kind)).toList();
  }

  /** The proxy with servers of this name: a {@code backend}, or a {@code listen}. */
  public Optional<ConfigSection> backend(String name) {
    return sections.stream()
        .filter(section -> section.kind().equals("backend") || section.kind().equals("listen"))
        .filter(section -> section.name().equals(name))
        .findFirst();
  }

  /** All lines of the {@code global} sections as one section; absent if there is none. */
  public Optional<ConfigSection> global() {
    List<ConfigSection> all = sections("global");
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ConfigSection(
                "global",
                "",
                all.getFirst().line(),
                all.stream().flatMap(section -> section.own().stream()).toList(),
                List.of()));
  }
}
