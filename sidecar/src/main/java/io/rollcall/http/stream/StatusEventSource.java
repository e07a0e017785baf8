package io.rollcall.http.stream;

import io.rollcall.core.status.Status;
import io.rollcall.http.Json;
import io.rollcall.http.StatusDiff;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /api/v1/stream} tells: {@code status} at each change that matters, and every {@link
 * #COUNTERS}, a large one less often, for what only counts; {@code event} for each line of the
 * journal. Written once for all readers. Used on one context.
 */
public final class StatusEventSource implements EventSource {
  private static final Duration COUNTERS = Duration.ofSeconds(5);

  /** For what only counts a reader gets no more than that. */
  private static final long BYTES_A_SECOND = 20_000;

  private @Nullable Status told;
  private @Nullable Buffer text;
  private List<Status.EventRecord> events = List.of();
  private Instant toldAt = Instant.MIN;
  private long version;

  @Override
  public void refresh(Status status, Instant now) {
    events = status.events();
    Status before = told;
    if (before == null
        || StatusDiff.matter(before, status)
        || !now.isBefore(toldAt.plus(pause()))) {
      told = status;
      toldAt = now;
      text = null;
      version++;
    }
  }

  /**
   * A new reader: it is told the status at once, and the events after the one that it saw last.
   *
   * @param lastEvent id of an event; null for those that come from now on
   */
  public Subscription feed(@Nullable Long lastEvent) {
    return new Reading(lastEvent == null ? newest() : lastEvent);
  }

  private long newest() {
    return events.isEmpty() ? 0 : events.getLast().id();
  }

  /** A large status is told less often. */
  private Duration pause() {
    Duration larger = text == null ? COUNTERS : Duration.ofSeconds(text.length() / BYTES_A_SECOND);
    return larger.compareTo(COUNTERS) > 0 ? larger : COUNTERS;
  }

  private Buffer status(Status status) {
    if (text == null) {
      text = Buffer.buffer(Subscription.event("status", Json.of(status)));
    }
    return text;
  }

  private final class Reading implements Subscription {
    private long seenEvent;
    private long seenVersion;

    Reading(long seenEvent) {
      this.seenEvent = seenEvent;
    }

    @Override
    public @Nullable Buffer next() {
      Buffer news = seenEvent < newest() ? events() : null;
      if (told != null && seenVersion != version) {
        seenVersion = version;
        news = news == null ? status(told) : news.appendBuffer(status(told));
      }
      return news;
    }

    private Buffer events() {
      var lines = Buffer.buffer();
      for (Status.EventRecord event : events) {
        if (event.id() > seenEvent) {
          lines.appendString(
              "id: " + event.id() + "\n" + Subscription.event("event", Json.of(event)));
        }
      }
      seenEvent = newest();
      return lines;
    }
  }
}
