package io.rollcall.store;

import io.rollcall.core.status.EventPage;
import io.rollcall.core.status.Status;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Collects events before an id, as they are read backwards. It is complete once it has enough
 * events, or once so many bytes were read that a search for rare ones goes on in another request.
 */
final class PageBack implements JournalLines.LineReader {
  private final long before;
  private final int most;
  private final long mostBytes;
  private final Predicate<Status.EventRecord> wanted;
  private final ArrayDeque<Status.EventRecord> events = new ArrayDeque<>();
  private long bytesRead;

  /** The id of the last record that was read. */
  private long lowest;

  PageBack(long before, int most, long mostBytes, Predicate<Status.EventRecord> wanted) {
    this.before = before;
    this.most = most;
    this.mostBytes = mostBytes;
    this.wanted = wanted;
    this.lowest = before;
  }

  long before() {
    return before;
  }

  /** Oldest first. */
  List<Status.EventRecord> events() {
    return List.copyOf(events);
  }

  /** With where to go on, if it is complete. */
  EventPage page() {
    return new EventPage(events(), isComplete() ? lowest : null);
  }

  boolean isComplete() {
    return events.size() >= most || (bytesRead > mostBytes && lowest < before);
  }

  @Override
  public boolean read(byte[] bytes, int from, int to, long offset) {
    long id = JournalRecord.id(bytes, from, to);
    if (id > 0 && id < before) {
      lowest = id;
      Status.@Nullable EventRecord event = JournalRecord.read(bytes, from, to);
      if (event != null && wanted.test(event)) {
        events.addFirst(event);
      }
    }
    bytesRead += to - from + 1;
    return !isComplete();
  }
}
