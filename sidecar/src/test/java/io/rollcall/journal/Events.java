package io.rollcall.journal;

import io.rollcall.core.Status;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;

/** Events to keep. */
final class Events {
  private Events() {}

  static Status.Event event(long id) {
    return new Status.Event(
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

  static List<Status.Event> events(long from, long to) {
    return LongStream.rangeClosed(from, to).mapToObj(Events::event).toList();
  }

  static List<Long> ids(List<Status.Event> events) {
    return events.stream().map(Status.Event::id).toList();
  }
}
