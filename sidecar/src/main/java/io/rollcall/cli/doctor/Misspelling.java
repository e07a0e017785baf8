package io.rollcall.cli.doctor;

import io.rollcall.config.SimilarName;
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
    return digits(one).equals(digits(other)) && SimilarName.edits(one, other) <= MOST_CHANGES;
  }

  private static String digits(String text) {
    return text.replaceAll("\\D", "");
  }
}
