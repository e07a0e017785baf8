package io.rollcall.logging;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What stands between the threads that log and the one thread that writes: suppresses repeated
 * lines, keeps a bounded number of lines, and counts those it drops. Once lines can be written
 * again, {@code event=log-dropped count=N} takes the place of the dropped ones.
 *
 * <p>Thread-safe. Nothing but {@link #take} and {@link #awaitWritten} waits: the lock is held for
 * operations in memory only.
 */
final class LogBuffer {
  private final InstantSource clock;
  private final LineQueue queue;
  private final RepeatFilter repeats;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  private boolean writing;
  private boolean writable = true;
  private boolean closed;

  /** Dropped lines that no written line accounts for yet. */
  private long unreported;

  /** How many of them the line that is being written accounts for. */
  private long reporting;

  private long dropped;

  /** Called while the lock is held. */
  private IntConsumer dropListener = _ -> {};

  /** A buffer that alone uses the queue and the filter from now on. */
  LogBuffer(InstantSource clock, LineQueue queue, RepeatFilter repeats) {
    this.clock = clock;
    this.queue = queue;
    this.repeats = repeats;
  }

  /** Takes a line without its time; once the buffer is closed, ignores it. */
  void add(String body) {
    lock.lock();
    try {
      if (!closed) {
        enqueue(repeats.accept(body));
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many lines were dropped since the start. */
  long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Reports dropped lines from now on, and at once those that were dropped before.
   *
   * @param listener receives numbers of lines on any thread; it must neither wait nor log
   */
  void onDropped(IntConsumer listener) {
    lock.lock();
    try {
      dropListener = listener;
      if (dropped > 0) {
        listener.accept((int) Math.min(dropped, Integer.MAX_VALUE));
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the next line and returns it; {@link #written} must follow. Returns null when the
   * buffer is closed and empty.
   */
  byte @Nullable [] take() throws InterruptedException {
    lock.lock();
    try {
      while (true) {
        enqueue(repeats.due());
        byte[] line = poll();
        if (line != null || closed) {
          writing = line != null;
          return line;
        }
        var _ = changed.awaitNanos(repeats.nanosToNext());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Accounts for the line taken last. */
  void written(boolean success) {
    lock.lock();
    try {
      if (success) {
        unreported -= reporting;
      } else if (reporting == 0) {
        drop();
      }
      reporting = 0;
      writable = success;
      writing = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all lines are written, but at most for this time. */
  void awaitWritten(Duration most) throws InterruptedException {
    lock.lock();
    try {
      long left = most.toNanos();
      while (left > 0 && (writing || !queue.isEmpty())) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends all counting of repeated lines; lines that wait may still be taken. */
  void close() {
    lock.lock();
    try {
      enqueue(repeats.endAll());
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void enqueue(List<String> bodies) {
    for (String body : bodies) {
      if (!queue.add(bytes(body))) {
        drop();
      }
    }
    if (!bodies.isEmpty()) {
      changed.signalAll();
    }
  }

  private byte @Nullable [] poll() {
    byte[] line = queue.poll();
    if (line == null && unreported > 0 && writable) {
      reporting = unreported;
      return bytes("level=warn logger=Logging event=log-dropped count=" + reporting);
    }
    return line;
  }

  private void drop() {
    dropped++;
    unreported++;
    dropListener.accept(1);
  }

  private byte[] bytes(String body) {
    return LogfmtFormatter.line(clock.instant(), body).getBytes(UTF_8);
  }
}
