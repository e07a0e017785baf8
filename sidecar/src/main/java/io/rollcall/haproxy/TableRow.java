package io.rollcall.haproxy;

import io.rollcall.haproxy.RuntimeFailure.Unreadable;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One row of a reply that has a line of column names. Columns are found by name: their number and
 * order differ between HAProxy's versions.
 */
record TableRow(List<String> columns, List<String> fields) {
  /** Names of columns, each found at once; made once for each reply. */
  static List<String> columns(String... names) {
    return new Columns(names);
  }

  private static final class Columns extends AbstractList<String> {
    private final String[] names;
    private final Map<String, Integer> indexes = new HashMap<>();

    Columns(String[] names) {
      this.names = names.clone();
      for (int i = names.length - 1; i >= 0; i--) {
        indexes.put(names[i], i);
      }
    }

    @Override
    public String get(int index) {
      return names[index];
    }

    @Override
    public int size() {
      return names.length;
    }

    @Override
    public int indexOf(Object name) {
      return name instanceof String text ? indexes.getOrDefault(text, -1) : -1;
    }

    @Override
    public boolean contains(Object name) {
      return indexOf(name) >= 0;
    }
  }

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
