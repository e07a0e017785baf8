package io.rollcall.logging;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Lines that wait to be written, bounded by their number and their bytes. Once a line did not fit,
 * new lines are dropped until the queue was found empty, so what is missing is one gap at one
 * place. Not thread-safe.
 */
final class LineQueue {
  private final int maxLines;
  private final int maxBytes;
  private final ArrayDeque<byte[]> lines = new ArrayDeque<>();
  private int bytes;
  private boolean overflowed;

  LineQueue(int maxLines, int maxBytes) {
    this.maxLines = maxLines;
    this.maxBytes = maxBytes;
  }

  /** Appends a line; returns false when it was dropped instead. */
  boolean add(byte[] line) {
    if (overflowed || lines.size() == maxLines || bytes + line.length > maxBytes) {
      overflowed = true;
      return false;
    }
    bytes += line.length;
    lines.add(line);
    return true;
  }

  /** Removes the oldest line; returns null when there is none. */
  byte @Nullable [] poll() {
    byte[] line = lines.poll();
    if (line == null) {
      overflowed = false;
    } else {
      bytes -= line.length;
    }
    return line;
  }

  boolean isEmpty() {
    return lines.isEmpty();
  }
}
