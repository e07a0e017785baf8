package io.rollcall.store;

import io.rollcall.core.status.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One file of the journal as it is read: lines in the order of their ids. Blocks. */
final class JournalFile {
  private JournalFile() {}

  /**
   * What is whole in a file.
   *
   * @param length bytes up to the end of the last line that is an event
   * @param size bytes there are
   * @param lastId 0 where there is no event
   */
  record IntactPart(long length, long size, long lastId) {}

  /** Looks from the end for the last line that is an event. */
  static IntactPart whole(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int end = lastLf(bytes, bytes.length);
    while (end >= 0) {
      int start = lastLf(bytes, end) + 1;
      Status.EventRecord event = JournalRecord.read(bytes, start, end);
      if (event != null) {
        return new IntactPart(end + 1L, bytes.length, event.id());
      }
      end = start - 1;
    }
    return new IntactPart(0, bytes.length, 0);
  }

  /**
   * Adds the events after an id, at most so many in all. A line that is no event is passed over.
   */
  static void read(Path file, long after, int most, List<Status.EventRecord> into)
      throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int start = 0;
    for (int end = lf(bytes, 0); end >= 0 && into.size() < most; end = lf(bytes, start)) {
      if (JournalRecord.id(bytes, start, end) > after) {
        Status.EventRecord event = JournalRecord.read(bytes, start, end);
        if (event != null) {
          into.add(event);
        }
      }
      start = end + 1;
    }
  }

  static List<Status.EventRecord> newest(Path file, int most) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    var events = new ArrayList<Status.EventRecord>();
    int end = lastLf(bytes, bytes.length);
    while (end >= 0 && events.size() < most) {
      int start = lastLf(bytes, end) + 1;
      Status.@Nullable EventRecord event = JournalRecord.read(bytes, start, end);
      if (event != null) {
        events.addFirst(event);
      }
      end = start - 1;
    }
    return events;
  }

  private static int lf(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** The last LF before an index; -1 where there is none. */
  private static int lastLf(byte[] bytes, int before) {
    for (int i = before - 1; i >= 0; i--) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }
}
