package io.rollcall.store;

import io.rollcall.core.status.Status;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The journal as the event loop sees it: events are handed over at once, and written in the order
 * of their ids by a thread of its own. While one group is written the next one gathers, so a burst
 * costs a few syncs. What waits is bounded; the oldest is dropped first, and counted.
 *
 * <p>An event is <em>acknowledged</em> once it is safe on disk; only then {@link #since} shows it.
 * A disk that takes nothing is tried again each second. Used on one context.
 */
public final class JournalWriter {
  private static final int FILE_BYTES = 2 * 1024 * 1024;
  private static final int FILES = 16;
  private static final int GROUP = 1_000;
  private static final int MOST_WAITING = 10_000;
  private static final int MOST_READERS = 16;
  private static final long RETRY_MILLIS = 1_000;

  private final Vertx vertx;
  private final JournalListener listener;
  private final JournalFiles files;
  private final DiskWorker disk;
  private final ArrayDeque<Status.EventRecord> waiting = new ArrayDeque<>();

  /** What is being written, or was last. */
  private Future<Void> group = Future.succeededFuture();

  private boolean writing;
  private boolean closed;
  private long dropped;
  private int readers;

  /** What the owner is told, on its context. */
  public interface JournalListener {
    /** The disk takes no event, in one line; null once it does again. */
    void trouble(@Nullable String line);

    /** So many events were dropped before the disk took one again. */
    void dropped(long events);
  }

  /**
   * What an earlier run left.
   *
   * @param lastId 0 where there was no event
   * @param cut bytes of a torn end that were cut off
   * @param newest events, oldest first
   */
  public record StoredEvents(long lastId, long cut, List<Status.EventRecord> newest) {}

  /**
   * Nothing is touched yet.
   *
   * @param folder is made where it is missing
   */
  public JournalWriter(Vertx vertx, Path folder, JournalListener listener) {
    this.vertx = vertx;
    this.listener = listener;
    this.files = new JournalFiles(folder, FILE_BYTES, FILES);
    this.disk = new DiskWorker(vertx, "the journal in " + folder);
  }

  /**
   * Finds what there is and repairs a torn end; to be called once, before all else. Never fails: a
   * journal that can't be opened is a trouble, and tried again with the next event.
   *
   * @param newest how many events to give back at most
   */
  public Future<StoredEvents> open(int newest) {
    return disk.run("open", () -> files.open(newest))
        .map(found -> new StoredEvents(found.lastId(), found.cut(), found.newest()))
        .otherwise(e -> {
          listener.trouble(e.getMessage());
          return new StoredEvents(0, 0, List.of());
        });
  }

  /** Hands an event over; its id is greater than that of every one before. */
  public void add(Status.EventRecord event) {
    waiting.add(event);
    if (waiting.size() > MOST_WAITING) {
      waiting.remove();
      dropped++;
    }
    write();
  }

  /**
   * Events after an id that are safe on disk, oldest first. Fails with one line where they can't be
   * read, or too many read at once.
   *
   * @param most how many at most
   */
  public Future<List<Status.EventRecord>> since(long id, int most) {
    if (readers >= MOST_READERS) {
      return Future.failedFuture("can't read the journal: " + MOST_READERS + " others do now");
    }
    readers++;
    return disk.run("read", () -> files.since(id, most)).onComplete(_ -> readers--);
  }

  /** Writes what waits, as far as the disk takes it, and ends. */
  public Future<Void> close() {
    closed = true;
    return group
        .transform(_ -> rest())
        .transform(_ ->
            disk.run(
                "close",
                () -> {
                  files.close();
                  return null;
                }))
        .transform(_ -> disk.close());
  }

  private Future<Void> rest() {
    return waiting.isEmpty() ? Future.succeededFuture() : group().compose(_ -> rest());
  }

  /** Begins the next group, unless one is under way or the disk is left alone for a while. */
  private void write() {
    if (!writing && !waiting.isEmpty() && !closed) {
      writing = true;
      group = group().onComplete(this::wrote);
    }
  }

  private void wrote(AsyncResult<Void> result) {
    if (result.succeeded()) {
      listener.trouble(null);
      told();
      writing = false;
      write();
    } else {
      listener.trouble(result.cause().getMessage());
      vertx.setTimer(
          RETRY_MILLIS,
          _ -> {
            writing = false;
            write();
          });
    }
  }

  /** Writes the oldest that wait; they stay where the disk does not take them in time. */
  private Future<Void> group() {
    List<Status.EventRecord> oldest = waiting.stream().limit(GROUP).toList();
    return disk.run(
            "write",
            () -> {
              files.append(oldest);
              return null;
            })
        .map(_ -> {
          long last = oldest.getLast().id();
          while (!waiting.isEmpty() && waiting.getFirst().id() <= last) {
            waiting.remove();
          }
          return null;
        });
  }

  private void told() {
    long lost = dropped;
    dropped = 0;
    if (lost > 0) {
      listener.dropped(lost);
    }
  }
}
