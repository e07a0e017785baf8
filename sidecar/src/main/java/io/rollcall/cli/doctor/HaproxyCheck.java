package io.rollcall.cli.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rollcall.core.Sanitizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks the installed HAProxy whether it accepts a configuration: {@code haproxy -c}. */
public final class HaproxyCheck {
  private HaproxyCheck() {}

  /**
   * What HAProxy says.
   *
   * @param problem the first alert; empty if it is valid
   */
  public record ConfigVerdict(boolean valid, String problem) {}

  /** Null if there is no HAProxy on this machine. Blocks for some 50 ms. */
  public static @Nullable ConfigVerdict run(Path file, Map<String, String> environment) {
    String program = environment.getOrDefault("HAPROXY", "haproxy");
    var builder =
        new ProcessBuilder(program, "-c", "-f", file.toString()).redirectErrorStream(true);
    String path = builder.environment().getOrDefault("PATH", "/usr/bin");
    builder.environment().putAll(environment);
    builder.environment().put("PATH", path + ":/usr/sbin");
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      boolean valid = process.waitFor() == 0;
      return new ConfigVerdict(
          valid,
          valid
              ? ""
              : output
                  .lines()
                  .filter(line -> line.startsWith("[ALERT]"))
                  .findFirst()
                  .map(line -> Sanitizer.line(line.replaceFirst("^\\[ALERT]\\s*\\S+ : ", ""), 300))
                  .orElse(Sanitizer.line(output.strip(), 300)));
    } catch (IOException _) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
