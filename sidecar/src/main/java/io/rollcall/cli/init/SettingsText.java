package io.rollcall.cli.init;

import java.util.ArrayList;
import java.util.List;

/**
 * Sets values in the text of {@code sidecar.yaml}: comments and every other line stay as they are.
 * It knows the layout that the shipped file has: sections at the margin, two spaces below them,
 * pools as a list. Pure.
 */
public final class SettingsText {
  private final List<String> lines;

  public SettingsText(String text) {
    this.lines = new ArrayList<>(text.stripTrailing().lines().toList());
  }

  /** The text, ended by a line feed. */
  public String text() {
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }

  /** Sets a value of a section, {@code haproxy}, {@code socket}. */
  public void set(String section, String key, String value) {
    int start = index(section + ":", 0);
    if (start < 0) {
      if (!lines.isEmpty()) {
        lines.add("");
      }
      lines.add(section + ":");
      lines.add("  " + key + ": " + value);
      return;
    }
    int end = end(start);
    int at = key(key, "  ", start + 1, end);
    if (at < 0) {
      lines.add(start + 1, "  " + key + ": " + value);
    } else {
      lines.set(at, "  " + key + ": " + value);
    }
  }

  /**
   * Sets a value of a pool, which is added at the end of the list if there is none of this backend.
   *
   * @param shipped the only pool is the one of the shipped file: it becomes this one
   */
  public void setPool(String backend, String key, String value, boolean shipped) {
    int pools = index("pools:", 0);
    if (pools < 0) {
      if (!lines.isEmpty()) {
        lines.add("");
      }
      lines.add("pools:");
      pools = lines.size() - 1;
    }
    int start = pool(backend, pools);
    if (start < 0 && shipped) {
      start = pool("nodes", pools);
      if (start >= 0) {
        lines.set(start, "  - backend: " + backend);
      }
    }
    if (start < 0) {
      start = lastOf(pools) + 1;
      lines.add(start, "  - backend: " + backend);
    }
    int at = key(key, "    ", start + 1, poolEnd(start));
    if (at < 0) {
      lines.add(start + 1, "    " + key + ": " + value);
    } else {
      lines.set(at, "    " + key + ": " + value);
    }
  }

  /** A value of a pool is set. */
  public boolean hasPool(String backend, String key) {
    int pools = index("pools:", 0);
    int start = pools < 0 ? -1 : pool(backend, pools);
    return start >= 0 && key(key, "    ", start + 1, poolEnd(start)) >= 0;
  }

  /** The line of a pool's backend; -1 for none. */
  private int pool(String backend, int pools) {
    for (int i = pools + 1; i < end(pools); i++) {
      if (value(lines.get(i)).equals("- backend: " + backend)) {
        return i;
      }
    }
    return -1;
  }

  private static String value(String line) {
    return line.replaceFirst("(^|\\s+)#.*", "").strip();
  }

  private int key(String key, String indent, int from, int to) {
    for (int i = from; i < to; i++) {
      if (lines.get(i).startsWith(indent + key + ":")) {
        return i;
      }
    }
    return -1;
  }

  private int index(String line, int from) {
    for (int i = from; i < lines.size(); i++) {
      if (value(lines.get(i)).equals(line) && lines.get(i).startsWith(line)) {
        return i;
      }
    }
    return -1;
  }

  /** The index after the last line of a section. */
  private int end(int start) {
    int end = start + 1;
    while (end < lines.size()
        && (lines.get(end).isBlank() || lines.get(end).startsWith(" ") || comment(end))) {
      end++;
    }
    return end;
  }

  private boolean comment(int at) {
    return lines.get(at).startsWith("#");
  }

  private int poolEnd(int start) {
    int end = start + 1;
    while (end < end(index("pools:", 0)) && !lines.get(end).startsWith("  - ")) {
      end++;
    }
    return end;
  }

  /** The last line of a section with a value. */
  private int lastOf(int start) {
    int last = end(start) - 1;
    while (last > start && (lines.get(last).isBlank() || value(lines.get(last)).isEmpty())) {
      last--;
    }
    return last;
  }
}
