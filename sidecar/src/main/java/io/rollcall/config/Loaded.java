package io.rollcall.config;

import java.util.List;
import java.util.Map;

/** What came of reading the settings. */
public sealed interface Loaded {
  /**
   * All is well.
   *
   * @param origins by path, the file or variable that gave a setting; none for a default
   */
  record Valid(Settings settings, Map<String, String> origins) implements Loaded {
    public Valid {
      origins = Map.copyOf(origins);
    }
  }

  /**
   * Something is not.
   *
   * @param lines at least one, a problem each: file or variable, key, what was expected, what was
   *     got (never a secret's value)
   */
  record Invalid(List<String> lines) implements Loaded {
    public Invalid {
      lines = List.copyOf(lines);
    }
  }
}
