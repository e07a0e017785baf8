package io.rollcall.app;

import java.time.temporal.ChronoUnit;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** One event, one line on standard output; foreign text in it can't begin another. */
public final class LogLine extends Formatter {
  private static final int MAX_CHARS = 2000;

  private LogLine() {}

  /** Replaces the JDK's handlers. */
  public static void install() {
    LogManager.getLogManager().reset();
    var handler =
        new ConsoleHandler() {
          {
            setOutputStream(System.out);
          }
        };
    handler.setFormatter(new LogLine());
    handler.setLevel(Level.INFO);
    Logger.getLogger("").addHandler(handler);
  }

  @Override
  public String format(LogRecord entry) {
    String text = formatMessage(entry);
    var line = new StringBuilder();
    line.append(entry.getInstant().truncatedTo(ChronoUnit.MILLIS)).append(' ');
    line.append(entry.getLevel()).append(' ');
    line.append(plain(text));
    for (Throwable e = entry.getThrown(); e != null; e = e.getCause()) {
      line.append(" | ").append(plain(String.valueOf(e)));
      StackTraceElement[] frames = e.getStackTrace();
      for (int i = 0; i < Math.min(5, frames.length); i++) {
        line.append(" at ").append(frames[i]);
      }
    }
    return line.append('\n').toString();
  }

  private static String plain(String text) {
    String shown = text.length() > MAX_CHARS ? text.substring(0, MAX_CHARS) + "…" : text;
    return shown.replaceAll("\\p{C}", "?");
  }
}
