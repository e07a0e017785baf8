package io.rollcall.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a mail says, for the templates of its plain-text and its HTML form. Foreign text in it is on
 * one line and safe to show; the HTML template escapes it.
 *
 * @param messages one sentence or two each, the most important first
 * @param link address of the status page, null while it is unknown
 */
public record MailContent(
    List<String> messages, List<Table> tables, @Nullable String link, String footer) {
  public MailContent {
    messages = List.copyOf(messages);
    tables = List.copyOf(tables);
  }

  /**
   * A table; each row has as many cells as the header.
   *
   * @param title of the table
   */
  public record Table(String title, List<String> header, List<List<String>> rows) {
    private static final String GAP = "  ";

    public Table {
      header = List.copyOf(header);
      rows = List.copyOf(rows);
    }

    /** Header and rows as plain text, with the columns aligned. */
    public List<String> lines() {
      var all = new ArrayList<List<String>>();
      all.add(header);
      all.addAll(rows);
      int[] widths =
          IntStream.range(0, header.size())
              .map(column -> all.stream().mapToInt(row -> width(row.get(column))).max().orElse(0))
              .toArray();
      return all.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, int[] widths) {
      var line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        String cell = row.get(column);
        line.append(cell).append(" ".repeat(widths[column] - width(cell))).append(GAP);
      }
      return line.toString().stripTrailing();
    }

    private static int width(String cell) {
      return cell.codePointCount(0, cell.length());
    }
  }
}
