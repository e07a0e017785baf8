package io.rollcall.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** How many file descriptors this process may have. */
final class FileDescriptors {
  private static final Pattern LIMIT = Pattern.compile("Max open files\\s+(\\d{1,18})\\s.*");

  private FileDescriptors() {}

  /** The limit that applies, which the JVM has raised at its start; very many if unknown. */
  static long limit() {
    try (var lines = Files.lines(Path.of("/proc/self/limits"))) {
      return lines
          .map(LIMIT::matcher)
          .filter(line -> line.matches())
          .mapToLong(line -> Long.parseLong(line.group(1)))
          .findFirst()
          .orElse(Long.MAX_VALUE);
    } catch (IOException _) {
      return Long.MAX_VALUE;
    }
  }
}
