package io.rollcall.store;

import io.rollcall.core.WrittenAt;
import io.rollcall.core.status.TrafficMark;
import io.rollcall.core.status.TrafficText;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of {@code history.json}. Its times are of the wall clock, as people read them.
 *
 * @param hours by pool, steps of 10 s
 * @param days by pool, steps of 5 min
 * @param members by pool and name, steps of 1 min
 */
record HistoryDocument(
    int version,
    @Nullable WrittenAt written,
    @Nullable Map<String, StoredSeries> hours,
    @Nullable Map<String, StoredSeries> days,
    @Nullable Map<String, Map<String, StoredSeries>> members,
    @Nullable List<StoredMark> marks) {

  /** Numbers separated by commas, oldest first; {@code N*M} is M times N. */
  record StoredSeries(
      long newest, @Nullable String requests, @Nullable String errors, @Nullable String up) {
    static StoredSeries of(TrafficText text) {
      return new StoredSeries(text.newest(), text.requests(), text.errors(), text.up());
    }

    TrafficText text() {
      return new TrafficText(newest, or(requests), or(errors), or(up));
    }
  }

  /** A mark on the axis of time. */
  record StoredMark(
      @Nullable Instant at, @Nullable String pool, @Nullable String kind, @Nullable String member) {
    static StoredMark of(TrafficMark mark) {
      return new StoredMark(mark.at(), mark.pool(), mark.kind(), mark.member());
    }

    TrafficMark mark() {
      return new TrafficMark(at == null ? Instant.EPOCH : at, or(pool), or(kind), or(member));
    }
  }

  private static String or(@Nullable String text) {
    return text == null ? "" : text;
  }
}
