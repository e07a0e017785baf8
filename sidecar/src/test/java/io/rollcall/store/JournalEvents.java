package io.rollcall.store;

import io.rollcall.core.status.Status;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;

/** Events to keep. */
public final class JournalEvents {
  private JournalEvents() {}

  static Status.EventRecord event(long id) {
    return new Status.EventRecord(
        id,
        Instant.ofEpochMilli(1_700_000_000_000L + id),
        "serving",
        "s" + id % 7,
        "nodes",
        "slot" + id % 5,
        "the check passes, \"quoted\"\n\u202e\uD83D\uDC4B",
        id % 3 == 0 ? null : id * 10,
        id % 2 == 0 ? null : "to ready, weight 100");
  }

  static List<Status.EventRecord> events(long from, long to) {
    return LongStream.rangeClosed(from, to).mapToObj(JournalEvents::event).toList();
  }

  static List<Long> ids(List<Status.EventRecord> events) {
    return events.stream().map(Status.EventRecord::id).toList();
  }
}
