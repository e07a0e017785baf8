package io.rollcall.cli.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program that runs while other things are examined; what it prints is short, so that it need not
 * be read at once.
 */
final class StartedProgram {
  private final Process process;

  private StartedProgram(Process process) {
    this.process = process;
  }

  /**
   * Starts it, with a PATH that has what only root needs; null if it is not installed.
   *
   * @param environment added to that of this process
   */
  static @Nullable StartedProgram of(List<String> command, Map<String, String> environment) {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    String path = builder.environment().getOrDefault("PATH", "/usr/bin");
    builder.environment().putAll(environment);
    builder.environment().put("PATH", path + ":/usr/sbin");
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      return new StartedProgram(process);
    } catch (IOException _) {
      return null;
    }
  }

  /** What it printed, once it has ended; null if that cannot be read. */
  @Nullable Printed printed() {
    try {
      String text = new String(process.getInputStream().readAllBytes(), UTF_8);
      return new Printed(process.waitFor(), text);
    } catch (IOException _) {
      return null;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /**
   * The end of a program.
   *
   * @param status its exit status
   */
  record Printed(int status, String text) {}
}
