package io.rollcall.config;

import java.util.List;
import java.util.Map;

/** The result of reading the settings. */
public sealed interface Loaded {
  /**
   * The configuration is valid.
   *
   * @param origins by path, the file or variable that set a value; absent for a default
   */
  record Valid(Settings settings, Map<String, String> origins) implements Loaded {
    public Valid {
      origins = Map.copyOf(origins);
    }
  }

  /**
   * The configuration is invalid.
   *
   * @param lines at least one, each a problem: file or variable, key, expected value, value found
   *     (never that of a secret)
   */
  record Rejected(List<String> lines) implements Loaded {
    public Rejected {
      lines = List.copyOf(lines);
    }
  }
}
