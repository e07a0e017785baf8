package io.rollcall.logging;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.function.IntConsumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;

/**
 * Writes log records to a stream from a thread of its own, so that {@link #publish} never waits for
 * the stream, be it full, hung or closed. The thread is a daemon: it does not keep the JVM alive,
 * also while it hangs in a write.
 */
final class AsyncConsoleHandler extends Handler {
  private final OutputStream out;
  private final LogBuffer buffer;
  private final Duration patience;
  private final LogfmtFormatter formatter = new LogfmtFormatter();

  private AsyncConsoleHandler(OutputStream out, LogBuffer buffer, Duration patience) {
    this.out = out;
    this.buffer = buffer;
    this.patience = patience;
  }

  /**
   * A handler whose thread runs.
   *
   * @param patience how long {@link #flush} and {@link #close} wait for the stream
   */
  static AsyncConsoleHandler start(OutputStream out, LogBuffer buffer, Duration patience) {
    var handler = new AsyncConsoleHandler(out, buffer, patience);
    var _ = Thread.ofPlatform().daemon().name("log").start(handler::writeLines);
    return handler;
  }

  /** Any thread; never waits and never fails. */
  @Override
  public void publish(LogRecord entry) {
    if (!isLoggable(entry)) {
      return;
    }
    String body;
    try {
      body = formatter.body(entry);
    } catch (RuntimeException e) {
      // the text of a throwable comes from foreign code
      body = "level=error logger=Logging event=log-failed cause=" + e.getClass().getName();
    }
    buffer.add(body);
  }

  /** How many lines were dropped since the start. */
  long dropped() {
    return buffer.dropped();
  }

  /** Reports dropped lines, as {@link LogBuffer#onDropped} says. */
  void onDropped(IntConsumer listener) {
    buffer.onDropped(listener);
  }

  /** Waits until all lines are written, but no longer than the handler's patience. */
  @Override
  public void flush() {
    try {
      buffer.awaitWritten(patience);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Writes what waits, like {@link #flush}, and ends the thread; later records are ignored. */
  @Override
  public void close() {
    buffer.close();
    flush();
  }

  private void writeLines() {
    try {
      boolean torn = false;
      for (byte[] line = buffer.take(); line != null; line = buffer.take()) {
        torn = !write(line, torn);
        buffer.written(!torn);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Returns whether the line was written. There is nowhere to report an error: the line counts as
   * dropped.
   *
   * @param torn the line before may have been written in part
   */
  private boolean write(byte[] line, boolean torn) {
    try {
      if (torn) {
        out.write('\n');
      }
      out.write(line);
      out.flush();
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
