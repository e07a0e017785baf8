package io.rollcall.store;

import io.rollcall.core.status.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One file of the journal as it is read: lines in the order of their ids. It may be of any size:
 * what is read of it is found by halving, and never held as a whole. Blocks.
 */
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
    try (var lines = new JournalLines(file)) {
      long size = lines.size();
      var last = new IntactPart[] {new IntactPart(0, size, 0)};
      lines.backwards(
          size,
          (bytes, from, to, offset) -> {
            if (!JournalRecord.isIntact(bytes, from, to)) {
              return true;
            }
            last[0] =
                new IntactPart(offset + to - from + 1, size, JournalRecord.id(bytes, from, to));
            return false;
          });
      return last[0];
    }
  }

  /**
   * Adds the events after an id. A line that cannot be read is skipped.
   *
   * @param most how many events {@code into} has at most
   */
  static void read(Path file, long after, int most, List<Status.EventRecord> into)
      throws IOException {
    try (var lines = new JournalLines(file)) {
      lines.forwards(
          find(lines, after),
          (bytes, from, to, _) -> {
            if (JournalRecord.id(bytes, from, to) > after) {
              Status.@Nullable EventRecord event = JournalRecord.read(bytes, from, to);
              if (event != null) {
                into.add(event);
              }
            }
            return into.size() < most;
          });
    }
  }

  /**
   * The last events, oldest first.
   *
   * @param most how many at most
   */
  static List<Status.EventRecord> newest(Path file, int most) throws IOException {
    var page = new PageBack(Long.MAX_VALUE, most, Long.MAX_VALUE, _ -> true);
    readBack(file, page);
    return new ArrayList<>(page.events());
  }

  /** Adds events to a page, the newest first, until the page is complete. */
  static void readBack(Path file, PageBack page) throws IOException {
    try (var lines = new JournalLines(file)) {
      long end = find(lines, page.before() - 1) + 2 * JournalLines.WINDOW;
      lines.backwards(Math.min(lines.size(), end), page);
    }
  }

  /**
   * A place less than a window before the first record whose id is greater: all records before it
   * have this id or a smaller one.
   */
  private static long find(JournalLines lines, long id) throws IOException {
    long low = 0;
    long high = lines.size();
    while (high - low > JournalLines.WINDOW) {
      long middle = (low + high) >>> 1;
      if (isUpTo(id, lines, middle, high)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Whether the first record between two places has this id or a smaller one. */
  private static boolean isUpTo(long id, JournalLines lines, long from, long end)
      throws IOException {
    var upTo = new boolean[1];
    lines.forwards(
        from,
        (bytes, start, to, offset) -> {
          long found = JournalRecord.id(bytes, start, to);
          upTo[0] = found > 0 && found <= id;
          return found < 1 && offset < end;
        });
    return upTo[0];
  }
}
