package io.rollcall.store;

import io.rollcall.core.status.Status;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The values in the sample of the journal. */
final class SampleJournal {
  private static final Instant T = Instant.parse("2026-11-22T08:20:01.123456Z");

  private SampleJournal() {}

  static List<Status.EventRecord> events() {
    return List.of(
        event(1124, T, "haproxy", "another run of it: pid 4242"),
        new Status.EventRecord(
            1795335601125L,
            T.plusMillis(5),
            "serving",
            "s1",
            "nodes",
            "slot1",
            "its check passes",
            1234L,
            "state ready, weight 100"),
        event(1126, T.plusSeconds(1), "operator", "drain, from 127.0.0.1", "s4", "nodes"),
        event(
            1127,
            T.plusSeconds(2),
            "ignored",
            "rollcall-ready: no member of that boot \\ \"x\" (and 1,204 more like this)",
            "s\"3\n\u202e",
            null),
        new Status.EventRecord(
            1795335601128L,
            Instant.parse("2026-11-22T08:20:04Z"),
            "drift",
            "[fd00::16]:3000",
            "nodes",
            "slot6",
            "weight 7 instead of 1",
            0L,
            "weight 1"),
        event(1129, T.plusSeconds(4), "mail", "sent to ops@example.org: nodes: s2 down \u00fc"),
        event(1130, T.plusSeconds(5), "journal", "cut 17 bytes of a torn end off"));
  }

  private static Status.EventRecord event(int id, Instant at, String kind, String text) {
    return event(id, at, kind, text, null, null);
  }

  private static Status.EventRecord event(
      int id,
      Instant at,
      String kind,
      String text,
      @Nullable String member,
      @Nullable String pool) {
    return new Status.EventRecord(
        1795335600000L + id, at, kind, member, pool, null, text, null, null);
  }
}
