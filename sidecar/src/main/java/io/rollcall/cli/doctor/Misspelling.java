package io.rollcall.cli.doctor;

import java.util.Locale;

/** Whether one word was meant to be another. */
final class Misspelling {
  private static final int SHORTEST = 4;
  private static final int MOST_CHANGES = 2;

  private Misspelling() {}

  /**
   * They differ by case, or by one or two letters that are wrong, missing, extra or swapped. With
   * other digits it is another one, such as {@code web2}.
   */
  static boolean isLikely(String found, String wanted) {
    if (found.length() < SHORTEST || wanted.length() < SHORTEST) {
      return false;
    }
    String one = found.toLowerCase(Locale.ROOT);
    String other = wanted.toLowerCase(Locale.ROOT);
    return digits(one).equals(digits(other)) && distance(one, other) <= MOST_CHANGES;
  }

  private static String digits(String text) {
    return text.replaceAll("\\D", "");
  }

  private static int distance(String one, String other) {
    var above = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      var row = new int[other.length() + 1];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int changed = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(row[j - 1], above[j]) + 1, above[j - 1] + changed);
      }
      above = row;
    }
    return above[other.length()];
  }
}
