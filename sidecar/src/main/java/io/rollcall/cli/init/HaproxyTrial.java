package io.rollcall.cli.init;

import io.rollcall.cli.doctor.HaproxyCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks the installed HAProxy whether it would accept a text in the place of a file. */
final class HaproxyTrial {
  private final Path file;
  private final Map<String, String> environment;

  /**
   * @param file whose directory the text may refer to
   */
  HaproxyTrial(Path file, Map<String, String> environment) {
    this.file = file;
    this.environment = new HashMap<>(environment);
    // the drop-in of HAProxy's unit sets it
    this.environment.putIfAbsent("DYNAMIC_COOKIE_KEY", "a-key-for-the-check-only");
  }

  /** Null if it would, or if there is no HAProxy; else its first alert. */
  @Nullable String run(String text) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    Path trial = Files.createTempFile(parent, "rollcall-", ".cfg");
    try {
      Files.writeString(trial, text);
      HaproxyCheck.ConfigVerdict result = HaproxyCheck.start(List.of(trial), environment).verdict();
      return result == null || result.valid()
          ? null
          : result.problem().replace(trial.toString(), file.toString());
    } finally {
      Files.deleteIfExists(trial);
    }
  }
}
