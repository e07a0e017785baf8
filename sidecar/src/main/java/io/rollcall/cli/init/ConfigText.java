package io.rollcall.cli.init;

import io.rollcall.haproxy.config.ConfigSection;
import io.rollcall.haproxy.config.ProxyConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Adds lines to the text of a configuration; every line that was there stays as it is. Pure. */
public final class ConfigText {
  private static final String INDENT = "    ";
  private static final String MARK = "# added by rollcall init";

  private ConfigText() {}

  /** The text with the additions, each at the end of its section. */
  public static String with(String text, List<Addition> additions) {
    String next = text;
    for (Addition addition : additions) {
      next = with(next, addition);
    }
    return next;
  }

  private static String with(String text, Addition addition) {
    if (addition.isNew() && addition.section().equals("global")) {
      return block(addition, INDENT) + "\n" + text;
    }
    if (addition.isNew()) {
      String end = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
      return text + end + "\n" + block(addition, INDENT);
    }
    ConfigSection section = section(text, addition.section());
    var lines = new ArrayList<>(List.of(text.split("\n", -1)));
    int at = section.own().isEmpty() ? section.line() : section.own().getLast().number();
    var added = new ArrayList<String>();
    String indent = indent(lines, section);
    added.add(indent + MARK);
    addition.lines().forEach(line -> added.add(indent + line));
    lines.addAll(at, added);
    return String.join("\n", lines);
  }

  private static String block(Addition addition, String indent) {
    var block = new StringBuilder(addition.section()).append('\n');
    block.append(indent).append(MARK).append('\n');
    addition.lines().forEach(line -> block.append(indent).append(line).append('\n'));
    return block.toString();
  }

  /** The last section with this first line: several {@code global} sections count as one. */
  private static ConfigSection section(String text, String title) {
    return ProxyConfig.parse(text, Map.of()).sections().stream()
        .filter(section -> section.title().equals(title))
        .reduce((_, last) -> last)
        .orElseThrow(() -> new IllegalStateException("no section " + title));
  }

  private static String indent(List<String> lines, ConfigSection section) {
    if (section.own().isEmpty()) {
      return INDENT;
    }
    String first = lines.get(section.own().getFirst().number() - 1);
    return first.substring(0, first.length() - first.stripLeading().length());
  }
}
