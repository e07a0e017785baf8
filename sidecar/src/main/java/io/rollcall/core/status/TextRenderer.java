package io.rollcall.core.status;

import io.rollcall.core.Sanitizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes a report for a terminal: in columns, without characters that would move the cursor. */
public final class TextRenderer {
  /** A longer cell moves the rest of its own row only. */
  private static final int WIDEST = 40;

  private TextRenderer() {}

  /** The text, ended by a line feed. */
  public static String render(TextReport report) {
    var text = new StringBuilder(Sanitizer.visible(report.summary())).append('\n');
    for (TextReport.Section section : report.sections()) {
      text.append('\n').append(Sanitizer.visible(section.title()));
      if (!section.note().isEmpty()) {
        text.append(": ").append(Sanitizer.visible(section.note()));
      }
      text.append('\n');
      if (!section.rows().isEmpty()) {
        table(section, text);
      }
    }
    return text.append('\n').append(Sanitizer.visible(report.title())).append('\n').toString();
  }

  private static void table(TextReport.Section section, StringBuilder text) {
    var lines = new ArrayList<List<String>>();
    lines.add(section.heads().stream().map(head -> head.toUpperCase(Locale.ROOT)).toList());
    section.rows().forEach(row -> lines.add(row.stream().map(Sanitizer::visible).toList()));
    int[] widths = new int[section.heads().size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        int width = width(line.get(i));
        widths[i] = width > WIDEST ? widths[i] : Math.max(widths[i], width);
      }
    }
    for (List<String> line : lines) {
      var shown = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String cell = line.get(i);
        shown.append("  ").append(cell).repeat(' ', Math.max(0, widths[i] - width(cell)));
      }
      text.append(shown.toString().stripTrailing()).append('\n');
    }
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
