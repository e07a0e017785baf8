package io.rollcall.logging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Lets a line through once in a window of time and counts its repetitions meanwhile. When the
 * window is over, the line follows once more with {@code repeated=N} and opens the next window; a
 * window without a repetition ends silently. So a line that repeats for ever is written once in a
 * window.
 *
 * <p>At most a given number of lines is remembered: one more ends the oldest window early. Not
 * thread-safe.
 */
final class RepeatFilter {
  private final Duration window;
  private final int maxLines;
  private final LongSupplier nanoTime;

  /** By line; the oldest window first, because all windows have the same length. */
  private final Map<String, Window> windows = new LinkedHashMap<>();

  private static final class Window {
    final long openedAt;
    long repeated;

    Window(long openedAt) {
      this.openedAt = openedAt;
    }
  }

  /**
   * @param nanoTime a monotonic clock in nanoseconds
   */
  RepeatFilter(Duration window, int maxLines, LongSupplier nanoTime) {
    this.window = window;
    this.maxLines = maxLines;
    this.nanoTime = nanoTime;
  }

  /**
   * Takes one line; returns the lines to write now, in their order, of which it may be the last.
   */
  List<String> accept(String line) {
    List<String> ready = due();
    Window open = windows.get(line);
    if (open != null) {
      open.repeated++;
      return ready;
    }
    if (windows.size() == maxLines) {
      endOldest(ready);
    }
    windows.put(line, new Window(nanoTime.getAsLong()));
    ready.add(line);
    return ready;
  }

  /** The lines to write because their window is over. */
  List<String> due() {
    var ready = new ArrayList<String>();
    long now = nanoTime.getAsLong();
    var reopened = new ArrayList<String>();
    for (Iterator<Map.Entry<String, Window>> i = windows.entrySet().iterator(); i.hasNext(); ) {
      Map.Entry<String, Window> oldest = i.next();
      if (now - oldest.getValue().openedAt < window.toNanos()) {
        break;
      }
      if (oldest.getValue().repeated > 0) {
        ready.add(summary(oldest));
        reopened.add(oldest.getKey());
      }
      i.remove();
    }
    reopened.forEach(line -> windows.put(line, new Window(now)));
    return ready;
  }

  /** Ends all windows; returns the lines to write. */
  List<String> endAll() {
    var ready = new ArrayList<String>();
    while (!windows.isEmpty()) {
      endOldest(ready);
    }
    return ready;
  }

  /** Nanoseconds, at least 0, until the oldest window is over; the maximum when none is open. */
  long nanosToNext() {
    Iterator<Window> all = windows.values().iterator();
    return all.hasNext()
        ? Math.max(0, window.toNanos() - (nanoTime.getAsLong() - all.next().openedAt))
        : Long.MAX_VALUE;
  }

  private void endOldest(List<String> ready) {
    Iterator<Map.Entry<String, Window>> all = windows.entrySet().iterator();
    Map.Entry<String, Window> oldest = all.next();
    if (oldest.getValue().repeated > 0) {
      ready.add(summary(oldest));
    }
    all.remove();
  }

  private static String summary(Map.Entry<String, Window> line) {
    return line.getKey() + " repeated=" + line.getValue().repeated;
  }
}
