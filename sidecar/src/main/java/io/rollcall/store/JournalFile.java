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
   * How much of a file is intact.
   *
   * @param length bytes up to the end of the last line that is a record
   * @param size bytes of the file
   * @param lastId id of the last record, 0 if there is none
   */
  record IntactPart(long length, long size, long lastId) {}

  /**
   * Searches from the end for the last line that is a record. Records of a newer version are
   * intact, too, even if this version cannot read them.
   */
  static IntactPart intactPart(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int end = lastLf(bytes, bytes.length);
    while (end >= 0) {
      int start = lastLf(bytes, end) + 1;
      if (JournalRecord.isIntact(bytes, start, end)) {
        return new IntactPart(end + 1L, bytes.length, JournalRecord.id(bytes, start, end));
      }
      end = start - 1;
    }
    return new IntactPart(0, bytes.length, 0);
  }

  /**
   * Adds the events after an id. A line that cannot be read is skipped.
   *
   * @param most how many events {@code into} has at most
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

  /**
   * The last events, oldest first.
   *
   * @param most how many at most
   */
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

  /** The index of the first LF from an index on; -1 for none. */
  private static int lf(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** The index of the last LF before an index; -1 for none. */
  private static int lastLf(byte[] bytes, int before) {
    for (int i = before - 1; i >= 0; i--) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }
}
