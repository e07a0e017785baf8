package io.rollcall.store;

import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The lines of a file of any size, through a window of 64 KiB. A longer line is passed over; bytes
 * after the last LF are no line. Blocks.
 */
final class JournalLines implements AutoCloseable {
  static final int WINDOW = 64 * 1024;

  private final FileChannel file;
  private final byte[] window = new byte[WINDOW];
  private final ByteBuffer bytes = ByteBuffer.wrap(window);

  /** Receives one line after the other. */
  interface LineReader {
    /**
     * One line, in {@code bytes} from {@code from} to its LF at {@code to}.
     *
     * @param offset of the line in the file
     * @return whether to go on
     */
    boolean read(byte[] bytes, int from, int to, long offset) throws IOException;
  }

  JournalLines(Path path) throws IOException {
    file = FileChannel.open(path, READ);
  }

  long size() throws IOException {
    return file.size();
  }

  /** Reads on from an offset. In the middle of a line, the rest of it comes first. */
  void forwards(long offset, LineReader reader) throws IOException {
    long at = offset;
    boolean passingOver = false;
    for (int length = load(at, WINDOW); length > 0; length = load(at, WINDOW)) {
      int start = 0;
      for (int end = lf(0, length); end >= 0; end = lf(start, length)) {
        if (!passingOver && !reader.read(window, start, end, at + start)) {
          return;
        }
        passingOver = false;
        start = end + 1;
      }
      if (start == 0) {
        passingOver = true;
        start = length;
      }
      at += start;
    }
  }

  /** Reads back from an offset, the last line that ends before it first. */
  void backwards(long offset, LineReader reader) throws IOException {
    long end = lastLf(offset);
    while (end >= 0) {
      long at = Math.max(0, end + 1 - WINDOW);
      int last = load(at, (int) (end + 1 - at)) - 1;
      for (int before = lastLf(last); before >= 0; before = lastLf(last)) {
        if (!reader.read(window, before + 1, last, at + before + 1)) {
          return;
        }
        last = before;
      }
      if (at == 0) {
        boolean _ = reader.read(window, 0, last, 0);
        return;
      }
      end = at + last < end ? at + last : lastLf(at);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private int load(long offset, int most) throws IOException {
    bytes.clear().limit(most);
    while (bytes.hasRemaining() && file.read(bytes, offset + bytes.position()) >= 0) {
      // the rest
    }
    return bytes.position();
  }

  private int lf(int from, int to) {
    for (int i = from; i < to; i++) {
      if (window[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private int lastLf(int before) {
    for (int i = before - 1; i >= 0; i--) {
      if (window[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private long lastLf(long before) throws IOException {
    for (long at = before; at > 0; ) {
      long start = Math.max(0, at - WINDOW);
      int found = lastLf(load(start, (int) (at - start)));
      if (found >= 0) {
        return start + found;
      }
      at = start;
    }
    return -1;
  }
}
