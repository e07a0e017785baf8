package io.rollcall.cli;

import io.rollcall.core.Sanitizer;
import java.util.ArrayList;
import java.util.List;

/** Rows in aligned columns, two spaces between them. */
final class ConsoleTable {
  private final List<List<String>> rows = new ArrayList<>();

  ConsoleTable(String... heads) {
    rows.add(List.of(heads));
  }

  void add(List<String> row) {
    rows.add(row.stream().map(Sanitizer::visible).toList());
  }

  List<String> lines() {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, int[] widths) {
    var line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(row.get(i)).repeat(' ', widths[i] - width(row.get(i)) + 2);
    }
    return line.toString().stripTrailing();
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
