package io.rollcall.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The result of reading the settings. */
public sealed interface Loaded {
  /**
   * The configuration is valid.
   *
   * @param origins by path, the file or variable that set a value; absent for a default
   * @param files that were read for values, beside the settings file
   */
  record Valid(Settings settings, Map<String, String> origins, List<NamedFile> files)
      implements Loaded {
    public Valid {
      origins = Map.copyOf(origins);
      files = List.copyOf(files);
    }
  }

  /**
   * A file that a setting names, which the user of the sidecar must be able to read.
   *
   * @param setting path or variable that names it
   * @param secret nobody else may read it
   */
  record NamedFile(String setting, Path path, boolean secret) {}

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
