package io.rollcall.store;

import static io.rollcall.store.JournalEvents.event;
import static io.rollcall.store.JournalEvents.events;
import static io.rollcall.store.JournalEvents.ids;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.rollcall.core.status.Status;
import io.rollcall.testing.SmallDisk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFilesTest {
  @TempDir Path folder;

  private JournalFiles files() {
    return new JournalFiles(folder, 2_000, 3);
  }

  private JournalFiles opened() throws IOException {
    var files = files();
    var _ = files.open(0);
    return files;
  }

  private List<Path> list() throws IOException {
    try (var all = Files.list(folder)) {
      return all.sorted().toList();
    }
  }

  @Test
  void givesBackEveryFieldAsItWas() throws Exception {
    try (var files = opened()) {
      files.append(events(1, 6));
      assertEquals(events(1, 6), files.since(0, 100));
    }
    try (var again = files()) {
      var found = again.open(4);
      assertEquals(6, found.lastId());
      assertEquals(0, found.cut());
      assertEquals(events(3, 6), found.newest());
    }
  }

  @Test
  void readsBackToTheFirstEvent() throws Exception {
    try (var files = new JournalFiles(folder, 500, 100)) {
      var _ = files.open(0);
      for (long id = 1; id <= 60; id += 3) {
        files.append(events(id, id + 2));
      }
      assertTrue(list().size() > 8, "several files are read");
      var all = new ArrayList<Status.EventRecord>();
      Long before = Long.MAX_VALUE;
      for (int pages = 0; before != null && pages < 100; pages++) {
        var page = files.before(before, 7, event -> event.id() % 2 == 0);
        assertTrue(page.events().size() <= 7);
        all.addAll(0, page.events());
        before = page.next();
      }
      assertEquals(events(1, 60).stream().filter(event -> event.id() % 2 == 0).toList(), all);
    }
  }

  @Test
  void goesOnInANewFileWhereSomebodyRemovedThem() throws Exception {
    try (var files = opened()) {
      files.append(events(1, 3));
      for (Path file : list()) {
        Files.delete(file);
      }
      Files.delete(folder);
      files.append(events(4, 6));
      assertEquals(events(4, 6), files.since(0, 100));
    }
    try (var again = files()) {
      assertEquals(6, again.open(0).lastId());
    }
  }

  @Test
  void writesNoEventTwice() throws Exception {
    try (var files = opened()) {
      files.append(events(1, 3));
      files.append(events(1, 3));
      files.append(events(1, 5));
      assertEquals(events(1, 5), files.since(0, 100));
    }
  }

  @Test
  void pagesThroughAllOfIt() throws Exception {
    try (var files = opened()) {
      for (long id = 1; id <= 20; id++) {
        files.append(List.of(event(id)));
      }
      var seen = new ArrayList<Status.EventRecord>();
      long since = 0;
      for (var page = files.since(since, 3); !page.isEmpty(); page = files.since(since, 3)) {
        assertTrue(page.size() <= 3);
        seen.addAll(page);
        since = page.getLast().id();
      }
      assertEquals(events(seen.getFirst().id(), 20), seen);
      assertEquals(List.of(), files.since(20, 3));
    }
  }

  @Test
  void keepsSoManyFilesOfSuchASize() throws Exception {
    try (var files = opened()) {
      for (long id = 1; id <= 100; id++) {
        files.append(List.of(event(id)));
      }
      assertEquals(3, list().size());
      for (Path file : list()) {
        assertTrue(Files.size(file) < 2_400, file + " " + Files.size(file));
      }
      List<Long> kept = ids(files.since(0, 1000));
      assertEquals(LongStream.rangeClosed(kept.getFirst(), 100).boxed().toList(), kept);
    }
  }

  @Test
  void goesOnAfterItsFilesWereRemoved() throws Exception {
    try (var files = opened()) {
      files.append(events(1, 20));
      files.append(events(21, 22));
      for (Path file : list()) {
        Files.delete(file);
      }
      assertEquals(List.of(), files.since(0, 10));
      files.append(events(23, 40));
      files.append(events(41, 42));
      assertEquals(List.of(41L, 42L), ids(files.since(40, 10)));
    }
  }

  @Test
  void passesOverADamagedLineInTheMiddle() throws Exception {
    try (var files = opened()) {
      files.append(events(1, 3));
    }
    byte[] bytes = Files.readAllBytes(list().getFirst());
    bytes[bytes.length / 2] = 7;
    Files.write(list().getFirst(), bytes);
    try (var files = files()) {
      assertEquals(List.of(1L, 3L), ids(files.open(9).newest()));
    }
  }

  @Test
  void putsAFileAsideInWhichNothingCanBeRead() throws Exception {
    Path file = Files.writeString(folder.resolve("000000000000000007.jsonl"), "\0\0\0\0");
    Files.writeString(folder.resolve("notes.txt"), "not ours");
    try (var files = files()) {
      var found = files.open(9);
      String line = file + " has no record, it is kept as 000000000000000007.jsonl.damaged";
      assertEquals(new JournalFiles.Contents(0, 0, List.of(line), List.of()), found);
      files.append(events(7, 8));
      assertEquals(List.of(7L, 8L), ids(files.since(0, 10)));
    }
    assertEquals("\0\0\0\0", Files.readString(folder.resolve(file.getFileName() + ".damaged")));
  }

  /** Ids that this program never gives: the next ones would not increase, or not be exact. */
  @Test
  void putsFilesAsideWhoseIdsAreNearTwoToThe63() throws Exception {
    String huge = new String(JournalRecord.write(event(1)), UTF_8).replace(":1,", ":%d,");
    Files.writeString(
        folder.resolve("000000000000000001.jsonl"), huge.formatted(Long.MAX_VALUE - 1));
    Files.writeString(
        folder.resolve("922337203685477580.jsonl"), huge.formatted(922337203685477580L));
    try (var files = files()) {
      var found = files.open(9);
      assertEquals(0, found.lastId());
      assertEquals(2, found.aside().size(), found.toString());
      files.append(events(2, 3));
      assertEquals(List.of(2L, 3L), ids(files.since(0, 10)));
      assertEquals(List.of(), files.since(Long.MAX_VALUE, 10));
      assertEquals(List.of(2L, 3L), ids(files.before(Long.MAX_VALUE, 10, _ -> true).events()));
    }
  }

  /** No interrupted write leaves that much: it is not cut off. */
  @Test
  void leavesWhatIsNoRecordAtTheEndOfALargeFile() throws Exception {
    try (var files = opened()) {
      files.append(events(1, 3));
    }
    Path file = list().getFirst();
    Files.write(file, new byte[2_000_000], StandardOpenOption.APPEND);
    long size = Files.size(file);
    try (var files = files()) {
      var found = files.open(9);
      assertEquals(List.of("the last 2000000 bytes of " + file + " are no records"), found.aside());
      assertEquals(3, found.lastId());
      files.append(events(4, 5));
      assertEquals(List.of(1L, 2L, 3L, 4L, 5L), ids(files.since(0, 10)));
    }
    assertEquals(size, Files.size(file));
  }

  /** A sparse file: records, a line that is far too long, records. */
  @Test
  void pagesThroughALargeFileInConstantMemory() throws Exception {
    try (var files = new JournalFiles(folder, Integer.MAX_VALUE, 3)) {
      var _ = files.open(0);
      files.append(events(1, 2_000));
    }
    try (FileChannel file = FileChannel.open(list().getFirst(), StandardOpenOption.WRITE)) {
      long end = 50_000_000;
      var _ = file.write(ByteBuffer.wrap(new byte[] {'\n'}), end);
      var bytes = new ByteArrayOutputStream();
      events(2_001, 4_000).forEach(event -> bytes.writeBytes(JournalRecord.write(event)));
      var _ = file.write(ByteBuffer.wrap(bytes.toByteArray()), end + 1);
    }
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try (var files = files()) {
      assertEquals(4_000, files.open(10).lastId());
      assertEquals(List.of(11L, 12L), ids(files.since(10, 2)));
      assertEquals(List.of(2_000L, 2_001L), ids(files.since(1_999, 2)));
      assertEquals(List.of(3_999L, 4_000L), ids(files.since(3_998, 9)));
      assertEquals(List.of(2_000L, 2_001L), ids(files.before(2_002, 2, _ -> true).events()));
      assertEquals(List.of(7L, 8L), ids(files.before(9, 2, _ -> true).events()));
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < 5_000_000, allocated + " bytes");
  }

  /** Root may mount, and a full disk is one that is too small. */
  @Test
  void writesAllOfAGroupOrNothingOnADiskThatIsFull() throws Exception {
    try (var disk = new SmallDisk(folder.resolve("disk"), 64);
        var files = new JournalFiles(disk.folder(), 1_000_000, 3)) {
      var _ = files.open(0);
      long id = 0;
      IOException full = null;
      while (full == null) {
        try {
          files.append(events(id + 1, id + 10));
          id += 10;
        } catch (IOException e) {
          full = e;
        }
      }
      assertEquals(id, files.since(0, 10_000).getLast().id());
      disk.grow(1024);
      files.append(events(id + 1, id + 10));
      assertEquals(events(1, id + 10), files.since(0, 10_000));
    }
  }

  @Test
  void cutsATornLineOff() throws Exception {
    try (var files = opened()) {
      files.append(events(1, 3));
    }
    Files.writeString(list().getFirst(), "{\"id\":4,\"at\":\"20", StandardOpenOption.APPEND);
    try (var files = files()) {
      var found = files.open(9);
      assertEquals(16, found.cut());
      files.append(events(4, 5));
      assertEquals(events(1, 5), files.since(0, 10));
    }
  }

  @Test
  void readsEveryValueOfTheFirstRelease() throws Exception {
    Path sample = Sample.path("journal/000001795335601124.jsonl");
    Files.copy(sample, folder.resolve(sample.getFileName().toString()));
    try (var files = files()) {
      assertEquals(
          new JournalFiles.Contents(1795335601130L, 0, List.of(), SampleJournal.events()),
          files.open(10));
      assertEquals(SampleJournal.events(), files.since(0, 10));
      files.append(List.of(event(1795335601131L)));
      assertEquals(8, files.since(0, 10).size());
    }
  }

  @Test
  void writesTheLinesOfTheFirstRelease() throws Exception {
    try (var files = opened()) {
      files.append(SampleJournal.events());
    }
    Path sample = Sample.path("journal/000001795335601124.jsonl");
    assertEquals(List.of(folder.resolve(sample.getFileName().toString())), list());
    assertEquals(Files.readString(sample), Files.readString(list().getFirst()));
  }

  /**
   * A later version may write what is unreadable here; it is not cut off like an incomplete line.
   */
  @Test
  void keepsRecordsOfANewerVersion() throws Exception {
    String newer =
        """
        {"id":1,"at":"2026-11-22T08:20:01Z","kind":"new-kind","text":"one","more":{"a":[1]},"v":2}
        {"id":2,"when":12,"v":3}
        """;
    Path file = Files.writeString(folder.resolve("000000000000000001.jsonl"), newer);
    try (var files = files()) {
      var found = files.open(10);
      assertEquals(2, found.lastId());
      assertEquals(0, found.cut());
      assertEquals("new-kind", found.newest().getFirst().kind());
      assertEquals(List.of(1L), ids(found.newest()));
      files.append(events(3, 3));
      assertEquals(List.of(1L, 3L), ids(files.since(0, 10)));
    }
    assertTrue(Files.readString(file).startsWith(newer));
  }
}
