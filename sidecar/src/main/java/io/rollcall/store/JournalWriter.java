package io.rollcall.store;

import io.rollcall.core.status.EventPage;
import io.rollcall.core.status.Status;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes the journal without blocking the event loop: events are queued, and written in the order
 * of their ids by a thread of its own. While one group is written, the next one gathers, so a burst
 * costs a few syncs. The queue is bounded; the oldest events are dropped first, and counted.
 *
 * <p>{@link #since} returns an event only once it is safe on disk. A failed write is repeated every
 * second. Used on one context.
 */
public final class JournalWriter {
  private static final int FILE_BYTES = 2 * 1024 * 1024;
  private static final int FILES = 16;
  private static final int GROUP = 1_000;
  private static final int MAX_QUEUED = 10_000;
  private static final int MAX_READERS = 16;
  private static final long RETRY_MILLIS = 1_000;

  private final Vertx vertx;
  private final JournalListener listener;
  private final JournalFiles files;
  private final DiskWorker disk;
  private final ArrayDeque<Status.EventRecord> queue = new ArrayDeque<>();

  /** The group that is being written, or was written last. */
  private Future<Void> group = Future.succeededFuture();

  private boolean writing;
  private boolean closed;
  private long dropped;
  private int readers;

  /** Receives what the owner has to know, on its context. */
  public interface JournalListener {
    /** Events cannot be written, for the reason in one line; null once they can again. */
    void health(@Nullable String line);

    /** So many events were dropped before one could be written again. */
    void dropped(long events);
  }

  /**
   * What an earlier run left.
   *
   * @param lastId 0 if there was no event
   * @param cut bytes of an incomplete last record that were cut off
   * @param aside one line for each file that is kept, but not continued
   * @param newest events, oldest first
   */
  public record StoredEvents(
      long lastId, long cut, List<String> aside, List<Status.EventRecord> newest) {}

  /**
   * Nothing is touched yet.
   *
   * @param folder is created if it is missing
   */
  public JournalWriter(Vertx vertx, Path folder, JournalListener listener) {
    this.vertx = vertx;
    this.listener = listener;
    this.files = new JournalFiles(folder, FILE_BYTES, FILES);
    this.disk = new DiskWorker(vertx, "the journal in " + folder);
  }

  /**
   * Finds the journal and repairs an incomplete end; called once, before everything else. Never
   * fails: a journal that cannot be opened is reported, and opened again with the next event.
   *
   * @param newest how many events to return at most
   */
  public Future<StoredEvents> open(int newest) {
    return disk.run("open", () -> files.open(newest))
        .map(found -> new StoredEvents(found.lastId(), found.cut(), found.aside(), found.newest()))
        .otherwise(e -> {
          listener.health(e.getMessage());
          return new StoredEvents(0, 0, List.of(), List.of());
        });
  }

  /** Queues an event; its id is greater than that of every one before. */
  public void add(Status.EventRecord event) {
    queue.add(event);
    if (queue.size() > MAX_QUEUED) {
      queue.remove();
      dropped++;
    }
    write();
  }

  /**
   * Events after an id that are safe on disk, oldest first. Fails with one line if they cannot be
   * read, or if too many callers read at once.
   *
   * @param most how many at most
   */
  public Future<List<Status.EventRecord>> since(long id, int most) {
    if (readers >= MAX_READERS) {
      return Future.failedFuture(
          "can't read the journal: " + MAX_READERS + " requests read it already, try again");
    }
    readers++;
    return disk.run("read", () -> files.since(id, most)).onComplete(_ -> readers--);
  }

  /** Events before an id that are safe on disk; otherwise as {@link #since}. */
  public Future<EventPage> before(long id, int most, Predicate<Status.EventRecord> wanted) {
    if (readers >= MAX_READERS) {
      return Future.failedFuture(
          "can't read the journal: " + MAX_READERS + " requests read it already, try again");
    }
    readers++;
    return disk.run("read", () -> files.before(id, most, wanted)).onComplete(_ -> readers--);
  }

  /** Writes what is queued, as far as the disk accepts it, and ends. */
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
    return queue.isEmpty() ? Future.succeededFuture() : group().compose(_ -> rest());
  }

  /** Begins the next group, unless one is under way or a failure was less than a second ago. */
  private void write() {
    if (!writing && !queue.isEmpty() && !closed) {
      writing = true;
      group = group().onComplete(this::wrote);
    }
  }

  private void wrote(AsyncResult<Void> result) {
    if (result.succeeded()) {
      listener.health(null);
      reportDropped();
      writing = false;
      write();
    } else {
      listener.health(result.cause().getMessage());
      vertx.setTimer(
          RETRY_MILLIS,
          _ -> {
            writing = false;
            write();
          });
    }
  }

  /** Writes the oldest events of the queue; if that fails, they stay in it. */
  private Future<Void> group() {
    List<Status.EventRecord> oldest = queue.stream().limit(GROUP).toList();
    return disk.run(
            "write",
            () -> {
              files.append(oldest);
              return null;
            })
        .map(_ -> {
          long last = oldest.getLast().id();
          while (!queue.isEmpty() && queue.getFirst().id() <= last) {
            queue.remove();
          }
          return null;
        });
  }

  private void reportDropped() {
    long lost = dropped;
    dropped = 0;
    if (lost > 0) {
      listener.dropped(lost);
    }
  }
}
