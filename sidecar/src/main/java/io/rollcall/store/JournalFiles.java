package io.rollcall.store;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.rollcall.core.status.EventPage;
import io.rollcall.core.status.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The journal on disk: files of JSON lines, each named by the id of its first record. Only the last
 * file grows; when it is full, the next one begins and the oldest is removed.
 *
 * <p><b>Durability.</b> {@link #append} returns once its events, and all before them, were written
 * and {@code fdatasync} succeeded: they survive a crash of the process and of the machine, as far
 * as the disk honours that. One sync serves all events of a call (group commit). A call that fails
 * leaves nothing: what was written of it is cut off, at once or at the next start.
 *
 * <p>Blocks. Not thread-safe.
 */
final class JournalFiles implements AutoCloseable {
  private static final int BYTES_READ_BACK = 8 * 1024 * 1024;

  /** More than a write that was interrupted leaves. */
  private static final int MAX_TORN_BYTES = 1024 * 1024;

  private static final String NAMES = "\\d{18}\\.jsonl";

  private final Path folder;
  private final int fileBytes;
  private final int files;

  /** The file that grows; null before the first event and after a failure. */
  private @Nullable FileChannel open;

  /** All files, oldest first. */
  private List<Path> all = List.of();

  /** How many bytes of the last file are intact. */
  private long length;

  private boolean opened;
  private long lastAppended;

  /**
   * What was found at the start.
   *
   * @param lastId 0 if there is no record
   * @param cut bytes of an incomplete last record that were cut off
   * @param aside what is no journal: one line for each file that is kept, but not continued
   */
  record Contents(long lastId, long cut, List<String> aside, List<Status.EventRecord> newest) {}

  /**
   * Nothing is touched yet.
   *
   * @param fileBytes how large a file may grow; one call may go beyond it
   * @param files how many are kept, at least two
   */
  JournalFiles(Path folder, int fileBytes, int files) {
    this.folder = folder;
    this.fileBytes = fileBytes;
    this.files = files;
  }

  /**
   * Finds the files and repairs the end of the last one. If this fails, the next call tries again.
   */
  Contents open(int newest) throws IOException {
    close();
    Files.createDirectories(folder);
    var aside = new ArrayList<String>();
    List<Path> found = list(aside);
    long cut = 0;
    long lastId = 0;
    while (!found.isEmpty() && lastId == 0) {
      Path file = found.getLast();
      JournalFile.IntactPart intact = JournalFile.intactPart(file);
      lastId = intact.lastId();
      long rest = intact.size() - intact.length();
      if (lastId == 0) {
        putAside(found.removeLast(), rest, aside);
      } else if (rest > MAX_TORN_BYTES) {
        length = fileBytes; // no room: the next file begins
        aside.add("the last %d bytes of %s are no records".formatted(rest, file));
      } else {
        cut = rest;
        cutOff(file, intact.length());
      }
    }
    all = List.copyOf(found);
    opened = true;
    return new Contents(lastId, cut, List.copyOf(aside), newest(found, newest));
  }

  private void cutOff(Path file, long intact) throws IOException {
    FileChannel channel = FileChannel.open(file, READ, WRITE);
    open = channel;
    channel.truncate(intact);
    channel.force(true);
    length = intact;
  }

  private static void putAside(Path file, long size, List<String> aside) throws IOException {
    if (size == 0) {
      Files.delete(file);
      return;
    }
    Path name = file.resolveSibling(file.getFileName() + ".damaged");
    Files.move(file, name, ATOMIC_MOVE);
    aside.add("%s has no record, it is kept as %s".formatted(file, name.getFileName()));
  }

  private static List<Status.EventRecord> newest(List<Path> files, int most) throws IOException {
    var events = new ArrayList<Status.EventRecord>();
    for (Path file : files.reversed()) {
      if (events.size() < most) {
        events.addAll(0, JournalFile.newest(file, most - events.size()));
      }
    }
    return events;
  }

  /**
   * Writes these events, and returns once they are safe; if it fails, none of them is written.
   * Events that an earlier call wrote are skipped: its caller may not have waited for its end.
   */
  void append(List<Status.EventRecord> events) throws IOException {
    List<Status.EventRecord> fresh = events.stream().filter(e -> e.id() > lastAppended).toList();
    if (fresh.isEmpty()) {
      return;
    }
    find();
    var lines = new ArrayList<byte[]>(fresh.size());
    fresh.forEach(event -> lines.add(JournalRecord.write(event)));
    ByteBuffer bytes = ByteBuffer.allocate(lines.stream().mapToInt(line -> line.length).sum());
    lines.forEach(bytes::put);
    bytes.flip();
    FileChannel channel = channel(fresh.getFirst().id());
    try {
      long at = length;
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
      channel.force(false);
      length = at;
      lastAppended = fresh.getLast().id();
    } catch (IOException e) {
      giveUp(channel, e);
      throw e;
    }
  }

  /**
   * Events after an id, oldest first. A file that was removed meanwhile is skipped.
   *
   * @param most how many at most
   */
  List<Status.EventRecord> since(long after, int most) throws IOException {
    find();
    var byFirst = new TreeMap<Long, Path>();
    all.forEach(file -> byFirst.put(first(file), file));
    Long begin = byFirst.floorKey(after);
    var events = new ArrayList<Status.EventRecord>();
    for (Path file : begin == null ? byFirst.values() : byFirst.tailMap(begin).values()) {
      try {
        JournalFile.read(file, after, most, events);
      } catch (NoSuchFileException _) {
        // removed by hand
      }
      if (events.size() >= most) {
        break;
      }
    }
    return events;
  }

  /**
   * Events before an id, read backwards. Reads a few MiB at most, so that a rare kind of event does
   * not keep the disk busy: the result says where to go on.
   *
   * @param most how many at most
   */
  EventPage before(long before, int most, Predicate<Status.EventRecord> wanted) throws IOException {
    find();
    var page = new PageBack(before, most, BYTES_READ_BACK, wanted);
    for (Path file : all.reversed()) {
      if (first(file) < before && !page.isComplete()) {
        try {
          JournalFile.readBack(file, page);
        } catch (NoSuchFileException _) {
          // removed by hand
        }
      }
    }
    return page.page();
  }

  @Override
  public void close() throws IOException {
    if (open != null) {
      open.close();
      open = null;
    }
  }

  private void find() throws IOException {
    if (!opened) {
      var _ = open(0);
    }
  }

  /**
   * The file to write to: the open one, the last one again after a failure, or the next one. It is
   * the next one, too, if the open file was removed: what is written there would be lost.
   */
  private FileChannel channel(long id) throws IOException {
    boolean room = !all.isEmpty() && length < fileBytes && Files.exists(all.getLast());
    if (open != null && room) {
      return open;
    }
    if (open == null && room) {
      FileChannel channel = FileChannel.open(all.getLast(), READ, WRITE);
      open = channel;
      channel.truncate(length);
      return channel;
    }
    close();
    Files.createDirectories(folder);
    Path file = folder.resolve("%018d.jsonl".formatted(id));
    Files.deleteIfExists(file); // left by a call that failed
    FileChannel channel = FileChannel.open(file, CREATE_NEW, READ, WRITE);
    open = channel;
    syncFolder();
    length = 0;
    var next = new ArrayList<>(all);
    next.add(file);
    while (next.size() > files) {
      Files.deleteIfExists(next.removeFirst());
    }
    all = List.copyOf(next);
    return channel;
  }

  /** The kernel may have dropped what it failed to write: nothing of the call counts. */
  private void giveUp(FileChannel channel, IOException e) {
    open = null;
    try (channel) {
      channel.truncate(length);
    } catch (IOException also) {
      e.addSuppressed(also);
    }
  }

  /** Makes a new file's name as safe as its content. */
  private void syncFolder() throws IOException {
    try (FileChannel directory = FileChannel.open(folder, READ)) {
      directory.force(true);
    }
  }

  /** The files; one whose name is no id of this program is put aside. */
  private List<Path> list(List<String> aside) throws IOException {
    List<Path> named;
    try (Stream<Path> all = Files.list(folder)) {
      named = all.filter(file -> file.getFileName().toString().matches(NAMES)).sorted().toList();
    }
    var found = new ArrayList<>(named);
    for (Path file : named.reversed()) {
      if (first(file) > JournalRecord.MAX_ID) {
        found.remove(file);
        putAside(file, Files.size(file), aside);
      }
    }
    return found;
  }

  private static long first(Path file) {
    return Long.parseLong(file.getFileName().toString().substring(0, 18));
  }
}
