package io.rollcall.cli.init;

import io.rollcall.haproxy.config.ConfigLine;
import io.rollcall.haproxy.config.ConfigSection;
import io.rollcall.haproxy.config.ProxyConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Adds lines to the text of a configuration; every line that was there stays as it is. Pure. */
public final class ConfigText {
  private static final String INDENT = "    ";
  private static final String MARK = "# added by rollcall init";

  private ConfigText() {}

  /**
   * The text with the additions, each at the end of its section and outside of conditional blocks
   * that begin there.
   *
   * @param config what HAProxy reads in the text
   */
  public static String with(String text, ProxyConfig config, List<Addition> additions) {
    var lines = new ArrayList<>(List.of(text.split("\n", -1)));
    additions.stream()
        .filter(addition -> !addition.isNew())
        .sorted(Comparator.comparingInt(addition -> -section(config, addition).line()))
        .forEach(addition -> add(lines, section(config, addition), addition));
    String next = String.join("\n", lines);
    for (Addition addition : additions) {
      next = addition.isNew() ? withSection(next, addition) : next;
    }
    return next;
  }

  private static String withSection(String text, Addition addition) {
    if (addition.section().equals("global")) {
      return block(addition) + "\n" + text;
    }
    String end = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
    return text + end + "\n" + block(addition);
  }

  private static void add(List<String> lines, ConfigSection section, Addition addition) {
    String indent = indent(lines, section);
    // a file with the line ends of Windows keeps them
    String end = lines.get(section.line() - 1).endsWith("\r") ? "\r" : "";
    var added = new ArrayList<String>();
    added.add(indent + MARK + end);
    addition.lines().forEach(line -> added.add(indent + line + end));
    lines.addAll(end(lines, section), added);
  }

  private static String block(Addition addition) {
    var block = new StringBuilder(addition.section()).append('\n');
    block.append(INDENT).append(MARK).append('\n');
    addition.lines().forEach(line -> block.append(INDENT).append(line).append('\n'));
    return block.toString();
  }

  /** The last section with this first line: several {@code global} sections count as one. */
  private static ConfigSection section(ProxyConfig config, Addition addition) {
    return config.sections().stream()
        .filter(section -> section.title().equals(addition.section()))
        .reduce((_, last) -> last)
        .orElseThrow(() -> new IllegalStateException("no section " + addition.section()));
  }

  /** The number of the section's last line that is in no block which begins below its title. */
  private static int end(List<String> lines, ConfigSection section) {
    int end = section.line();
    int depth = 0;
    for (int i = section.line(); i < lines.size() && depth >= 0; i++) {
      String first = lines.get(i).strip().split("[ \t#]", 2)[0];
      if (ProxyConfig.isTitle(new ConfigLine(i + 1, List.of(first)))) {
        break;
      }
      depth += first.equals(".if") ? 1 : first.equals(".endif") ? -1 : 0;
      boolean branch = depth == 0 && (first.equals(".else") || first.equals(".elif"));
      if (branch) {
        break; // of the block that the section itself is in
      }
      if (depth == 0 && !first.isEmpty()) {
        end = i + 1;
      }
    }
    return end;
  }

  private static String indent(List<String> lines, ConfigSection section) {
    if (section.own().isEmpty()) {
      return INDENT;
    }
    String first = lines.get(section.own().getFirst().number() - 1);
    return first.substring(0, first.length() - first.stripLeading().length());
  }
}
