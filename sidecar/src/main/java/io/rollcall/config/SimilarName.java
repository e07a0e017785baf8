package io.rollcall.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that a misspelled one was probably meant to be. */
public final class SimilarName {
  private static final int MOST_EDITS = 2;

  private record Candidate(String name, int edits) {}

  private SimilarName() {}

  /**
   * The name with the fewest edits, at most two and fewer than half of its characters; upper and
   * lower case are the same.
   */
  static Optional<String> of(String misspelled, Collection<String> names) {
    return names.stream()
        .map(name -> new Candidate(name, edits(lower(misspelled), lower(name))))
        .filter(c -> c.edits() <= MOST_EDITS && 2 * c.edits() < c.name().length() + 1)
        .min(Comparator.comparingInt(Candidate::edits))
        .map(Candidate::name);
  }

  /** Levenshtein's distance: characters inserted, removed or replaced. */
  public static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
