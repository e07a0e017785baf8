package io.rollcall.logging;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * One log record as one line of logfmt: {@code ts=… level=warn logger=Sidecar event=…}.
 *
 * <p>A message of the sidecar's own loggers that consists of pairs ({@link Logfmt}) is taken over
 * as it is; every other message becomes {@code msg="…"}, and a throwable {@code err="…"} with its
 * causes and at most five frames of the innermost one. A line has at most {@value #MAX_CHARS}
 * characters and never contains a line break.
 */
final class LogfmtFormatter extends Formatter {
  static final int MAX_CHARS = 2000;
  private static final int MAX_LOGGER_CHARS = 80;
  private static final int MAX_ERROR_CHARS = 600;
  private static final int MAX_CAUSE_CHARS = 200;
  private static final int MAX_CAUSES = 5;
  private static final int MAX_FRAMES = 5;

  /** Loggers whose messages are written in this project. */
  private static final String OWN = "io.rollcall.";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  @Override
  public String format(LogRecord entry) {
    return line(entry.getInstant(), body(entry));
  }

  /** The line with its time, in UTC and milliseconds, and its line break. */
  static String line(Instant time, String body) {
    return "ts=" + TIME.format(time) + " " + body + "\n";
  }

  /** The line without its time and line break: what makes two lines the same. */
  String body(LogRecord entry) {
    String name = String.valueOf(entry.getLoggerName());
    String simple = name.substring(name.lastIndexOf('.') + 1);
    var body =
        new StringBuilder(256)
            .append("level=")
            .append(severity(entry.getLevel()))
            .append(" logger=")
            .append(LogfmtValue.encode(simple, MAX_LOGGER_CHARS))
            .append(' ')
            .append(pairs(name, String.valueOf(formatMessage(entry))));
    Throwable thrown = entry.getThrown();
    if (thrown != null) {
      body.append(" err=").append(LogfmtValue.encode(describe(thrown), MAX_ERROR_CHARS));
    }
    return body.toString();
  }

  private static String pairs(String logger, String message) {
    return logger.startsWith(OWN)
            && message.length() <= Logfmt.MAX_CHARS
            && LogfmtSyntax.isPairs(message)
        ? message
        : "msg=" + LogfmtValue.encode(message, Logfmt.MAX_CHARS);
  }

  private static String severity(Level level) {
    int value = level.intValue();
    if (value >= Level.SEVERE.intValue()) {
      return "error";
    }
    if (value >= Level.WARNING.intValue()) {
      return "warn";
    }
    return value >= Level.INFO.intValue() ? "info" : "debug";
  }

  /** The causes, outermost first; a chain that runs in a circle ends like a long one. */
  private static String describe(Throwable thrown) {
    var text = new StringBuilder();
    Throwable innermost = thrown;
    Throwable next = thrown;
    for (int i = 0; next != null && i < MAX_CAUSES; i++) {
      innermost = next;
      text.append(i == 0 ? "" : "; caused by ").append(headline(innermost));
      next = innermost.getCause();
    }
    StackTraceElement[] frames = innermost.getStackTrace();
    for (int i = 0; i < Math.min(MAX_FRAMES, frames.length); i++) {
      text.append(" at ").append(frames[i]);
    }
    return text.toString();
  }

  private static String headline(Throwable thrown) {
    String text = String.valueOf(thrown);
    return text.length() <= MAX_CAUSE_CHARS ? text : text.substring(0, MAX_CAUSE_CHARS) + "…";
  }
}
