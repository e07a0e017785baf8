package io.rollcall.logging;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Takes the place of {@code System.out} and {@code System.err}: what a library prints there becomes
 * log records, one a line, because a direct write would block the thread that prints. Thread-safe.
 */
final class LoggedStream extends OutputStream {
  private static final int MAX_BYTES = 2000;

  private final Logger logger;
  private final Level level;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  private LoggedStream(Logger logger, Level level) {
    this.logger = logger;
    this.level = level;
  }

  static PrintStream of(Logger logger, Level level) {
    return new PrintStream(new LoggedStream(logger, level), false, UTF_8);
  }

  @Override
  public synchronized void write(int b) {
    if (b != '\n') {
      line.write(b);
    }
    if (b == '\n' || line.size() == MAX_BYTES) {
      String text = line.toString(UTF_8).stripTrailing();
      line.reset();
      if (!text.isEmpty()) {
        logger.log(level, "{0}", text);
      }
    }
  }
}
