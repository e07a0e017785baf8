package io.rollcall.haproxy;

import io.rollcall.haproxy.RuntimeFailure.Unreadable;
import java.util.ArrayList;
import java.util.List;

/**
 * One row of a reply that has a line of column names. Columns are found by name: their number and
 * order differ between HAProxy's versions.
 */
record TableRow(List<String> columns, List<String> fields) {
  TableRow {
    if (fields.size() < columns.size()) {
      throw new Unreadable(
          "a row has %d fields for %d columns".formatted(fields.size(), columns.size()));
    }
  }

  String text(String column) {
    return fields.get(index(column));
  }

  /** The field as a number, an empty one as 0. */
  long number(String column) {
    String text = text(column);
    try {
      return text.isEmpty() ? 0 : Long.parseLong(text);
    } catch (NumberFormatException _) {
      throw new Unreadable("column " + column + ": expected a number");
    }
  }

  /** The number limited to an int: {@code slim} of an unlimited server is 4294967295. */
  int count(String column) {
    return Math.clamp(number(column), 0, Integer.MAX_VALUE);
  }

  /** This row with one other field. */
  TableRow with(String column, String field) {
    var next = new ArrayList<>(fields);
    next.set(index(column), field);
    return new TableRow(columns, next);
  }

  private int index(String column) {
    int index = columns.indexOf(column);
    if (index < 0) {
      throw new Unreadable("column " + column + " is missing");
    }
    return index;
  }
}
