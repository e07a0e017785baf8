package io.rollcall.http.stream;

import io.rollcall.core.status.Status;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The events of {@code /api/v1/stream}: {@code status} at each change that matters and, for
 * counters alone, every {@link #COUNTERS}, or less often if the status is large; {@code event} for
 * each event of the journal. Used on one context.
 */
public final class StatusEventSource implements EventSource {
  private static final Duration COUNTERS = Duration.ofSeconds(5);

  /** The most that is sent to a client while only counters change. */
  private static final long BYTES_PER_SECOND = 20_000;

  private final Function<Object, String> json;
  private final LongSupplier nanoTime;

  private @Nullable Status sent;
  private long sentAt;
  private @Nullable Buffer text;
  private List<Status.EventRecord> events = List.of();
  private long version;

  /**
   * @param json writes a value as JSON
   * @param nanoTime a monotonic clock as {@link System#nanoTime}: the wall clock may be set
   */
  public StatusEventSource(Function<Object, String> json, LongSupplier nanoTime) {
    this.json = json;
    this.nanoTime = nanoTime;
  }

  @Override
  public void refresh(Status status) {
    events = status.events();
    Status before = sent;
    long now = nanoTime.getAsLong();
    if (before == null || StatusDiff.matters(before, status) || now - sentAt >= pause().toNanos()) {
      sent = status;
      sentAt = now;
      text = null;
      version++;
    }
  }

  /**
   * A new subscription: it gets the status at once, and the events after the one it has seen last.
   *
   * @param lastEvent id of an event; null for the events from now on
   */
  public Subscription subscribe(@Nullable Long lastEvent) {
    return new StatusSubscription(lastEvent == null ? newest() : lastEvent);
  }

  private long newest() {
    return events.isEmpty() ? 0 : events.getLast().id();
  }

  /** The time from one status to the next while only counters change. */
  private Duration pause() {
    Duration larger =
        text == null ? COUNTERS : Duration.ofSeconds(text.length() / BYTES_PER_SECOND);
    return larger.compareTo(COUNTERS) > 0 ? larger : COUNTERS;
  }

  private Buffer status(Status status) {
    if (text == null) {
      text = Buffer.buffer(Subscription.event("status", json.apply(status)));
    }
    return text;
  }

  private final class StatusSubscription implements Subscription {
    private long seenEvent;
    private long seenVersion;

    StatusSubscription(long seenEvent) {
      this.seenEvent = seenEvent;
    }

    @Override
    public @Nullable Buffer next() {
      Buffer next = seenEvent < newest() ? events() : null;
      if (sent != null && seenVersion != version) {
        seenVersion = version;
        next = next == null ? status(sent) : next.appendBuffer(status(sent));
      }
      return next;
    }

    private Buffer events() {
      var lines = Buffer.buffer();
      for (Status.EventRecord event : events) {
        if (event.id() > seenEvent) {
          lines.appendString(
              "id: " + event.id() + "\n" + Subscription.event("event", json.apply(event)));
        }
      }
      seenEvent = newest();
      return lines;
    }
  }
}
