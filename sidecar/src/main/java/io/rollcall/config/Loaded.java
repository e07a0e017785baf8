package io.rollcall.config;

import java.util.List;

/** What came of reading the settings. */
public sealed interface Loaded {
  /** All is well. */
  record Ok(Settings settings) implements Loaded {}

  /**
   * Something is not.
   *
   * @param lines at least one, a problem each: file or variable, key, what was expected, what was
   *     got (never a secret's value)
   */
  record Refused(List<String> lines) implements Loaded {
    public Refused {
      lines = List.copyOf(lines);
    }
  }
}
