package io.rollcall.cli.doctor;

import io.rollcall.core.Sanitizer;
import java.nio.file.Path;
import java.util.ArrayList;
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
  public static HaproxyCheck start(List<Path> files, Map<String, String> environment) {
    var command = new ArrayList<>(List.of(environment.getOrDefault("HAPROXY", "haproxy"), "-c"));
    files.forEach(file -> command.addAll(List.of("-f", file.toString())));
    return new HaproxyCheck(StartedProgram.of(command, environment));
  }

  /** Whether a condition of {@code .if} holds; null if HAProxy does not say. */
  public static @Nullable Boolean condition(String condition, Map<String, String> environment) {
    String program = environment.getOrDefault("HAPROXY", "haproxy");
    StartedProgram asked = StartedProgram.of(List.of(program, "-cc", condition), environment);
    StartedProgram.Printed printed = asked == null ? null : asked.printed();
    if (printed == null || printed.status() > 1) {
      return null;
    }
    return printed.status() == 0;
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
        .orElse(
            Sanitizer.line(
                output.lines().filter(line -> !line.isBlank()).reduce("", (_, last) -> last), 300));
  }
}
