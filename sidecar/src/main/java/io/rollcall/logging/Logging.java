package io.rollcall.logging;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.IntConsumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The log of this process: events from level INFO up as logfmt lines on standard output. No thread
 * that logs ever waits for standard output; lines that do not fit into memory meanwhile are dropped
 * and counted. The same line is written at most once in 5 s, then with {@code repeated=N}.
 */
public final class Logging implements AutoCloseable {
  private static final int MAX_LINES = 2000;
  private static final int MAX_BYTES = 512 * 1024;
  private static final int MAX_REPEATED_LINES = 500;
  private static final Duration REPEAT_WINDOW = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final AsyncConsoleHandler handler;

  private Logging(AsyncConsoleHandler handler) {
    this.handler = handler;
  }

  /**
   * Replaces the JDK's log handlers, {@code System.out}, {@code System.err} and the handler of
   * uncaught exceptions. To be called once, before anything else logs.
   */
  public static Logging install() {
    System.setProperty("java.util.logging.manager", ShutdownSafeLogManager.class.getName());
    var buffer =
        new LogBuffer(
            InstantSource.system(),
            new LineQueue(MAX_LINES, MAX_BYTES),
            new RepeatFilter(REPEAT_WINDOW, MAX_REPEATED_LINES, System::nanoTime));
    // not System.out: a write that hangs would hold its lock
    var out = new FileOutputStream(FileDescriptor.out);
    var logging = new Logging(AsyncConsoleHandler.start(out, buffer, PATIENCE));
    logging.replaceHandlers();
    Logger own = Logger.getLogger(Logging.class.getName());
    Thread.setDefaultUncaughtExceptionHandler((thread, e) ->
        own.log(
            Level.SEVERE,
            Logfmt.of("uncaught-exception").with("thread", thread.getName()).toString(),
            e));
    System.setOut(LoggedStream.of(Logger.getLogger("stdout"), Level.INFO));
    System.setErr(LoggedStream.of(Logger.getLogger("stderr"), Level.SEVERE));
    return logging;
  }

  /** How many lines were dropped since the start, because standard output was full or closed. */
  public long dropped() {
    return handler.dropped();
  }

  /**
   * Reports lines that are dropped from now on, and at once those dropped before.
   *
   * @param listener receives numbers of lines on any thread; it must neither wait nor log
   */
  public void onDropped(IntConsumer listener) {
    handler.onDropped(listener);
  }

  /** Writes what waits, for at most 500 ms; what is logged later is ignored. */
  @Override
  public void close() {
    handler.close();
  }

  private void replaceHandlers() {
    Logger root = Logger.getLogger("");
    for (Handler other : root.getHandlers()) {
      root.removeHandler(other);
    }
    root.setLevel(Level.INFO);
    root.addHandler(handler);
  }
}
