package io.rollcall.cli.doctor;

import io.rollcall.core.Sanitizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks the installed HAProxy whether it accepts a configuration: {@code haproxy -c}. */
public final class HaproxyCheck {
  private final @Nullable StartedProgram haproxy;

  private HaproxyCheck(@Nullable StartedProgram haproxy) {
    this.haproxy = haproxy;
  }

  /**
   * What HAProxy says.
   *
   * @param problem the first alert; empty if it is valid
   */
  public record ConfigVerdict(boolean valid, String problem) {}

  /** Asks it, and does not wait for the answer. */
  public static HaproxyCheck start(Path file, Map<String, String> environment) {
    String program = environment.getOrDefault("HAPROXY", "haproxy");
    return new HaproxyCheck(
        StartedProgram.of(List.of(program, "-c", "-f", file.toString()), environment));
  }

  /** The answer; null if there is no HAProxy on this machine. */
  public @Nullable ConfigVerdict verdict() {
    StartedProgram.Printed printed = haproxy == null ? null : haproxy.printed();
    if (printed == null) {
      return null;
    }
    boolean valid = printed.status() == 0;
    return new ConfigVerdict(valid, valid ? "" : firstAlert(printed.text()));
  }

  private static String firstAlert(String output) {
    return output
        .lines()
        .filter(line -> line.startsWith("[ALERT]"))
        .findFirst()
        .map(line -> Sanitizer.line(line.replaceFirst("^\\[ALERT]\\s*\\S+ : ", ""), 300))
        .orElse(Sanitizer.line(output.strip(), 300));
  }
}
