package io.rollcall;

import io.rollcall.core.PoolView;
import io.rollcall.core.Slot;
import io.rollcall.core.SlotId;
import io.rollcall.haproxy.RuntimeApi;
import io.rollcall.haproxy.SessionSample;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tracked sessions of slots that drain. Counting costs HAProxy time in proportion to the whole
 * table (measured: 0.5 ms at 10,000 entries, 25 ms at 100,000), so a large table is asked less
 * often. Used on one context.
 */
final class Sessions {
  private static final long LARGE_TABLE = 10_000;
  private static final Duration PAUSE = Duration.ofSeconds(2);

  /**
   * A reply of more entries than this may be larger than the connection takes: then only the
   * deadline ends a drain.
   */
  private static final long COUNTABLE = 25_000;

  private final InstantSource clock;
  private final RuntimeApi api;

  /**
   * The longest lifetime seen in each backend's table: its {@code expire}, which no command tells.
   */
  private final Map<String, Duration> expire = new HashMap<>();

  private final Map<SlotId, Sample> samples = new HashMap<>();

  private record Sample(PoolView.Sticky sticky, Instant fresh) {}

  Sessions(InstantSource clock, RuntimeApi api) {
    this.clock = clock;
    this.api = api;
  }

  /** Of these slots of the backend; what is known of its other slots is forgotten. */
  Future<Map<SlotId, PoolView.Sticky>> of(String backend, List<Slot> slots) {
    var asked = slots.stream().map(Slot::id).toList();
    samples.keySet().removeIf(id -> id.backend().equals(backend) && !asked.contains(id));
    Future<Void> counted = Future.succeededFuture();
    for (Slot slot : slots) {
      counted = counted.compose(_ -> count(slot));
    }
    return counted.map(_ -> {
      var result = new HashMap<SlotId, PoolView.Sticky>();
      samples.forEach((id, sample) -> {
        if (id.backend().equals(backend)) {
          result.put(id, sample.sticky());
        }
      });
      return result;
    });
  }

  private Future<Void> count(Slot slot) {
    Sample before = samples.get(slot.id());
    if (before != null && clock.instant().isBefore(before.fresh())) {
      return Future.succeededFuture();
    }
    String backend = slot.id().backend();
    return api.tableSize(backend)
        .compose(size -> size > COUNTABLE ? uncounted(slot) : counted(slot, size));
  }

  private Future<Void> uncounted(Slot slot) {
    samples.remove(slot.id());
    return Future.succeededFuture();
  }

  private Future<Void> counted(Slot slot, long size) {
    String backend = slot.id().backend();
    return api.sessions(backend, slot.serverId())
        .map(sample -> {
          Duration pause = size > LARGE_TABLE ? PAUSE : Duration.ZERO;
          Instant fresh = clock.instant().plus(pause);
          samples.put(slot.id(), new Sample(sticky(backend, sample), fresh));
          return null;
        });
  }

  /**
   * Too young an estimate of {@code expire} makes a session look more recent than it is: that errs
   * to waiting.
   */
  private PoolView.Sticky sticky(String backend, SessionSample sample) {
    if (sample.entries() == 0) {
      return new PoolView.Sticky(0, null);
    }
    Duration longest =
        expire.merge(backend, sample.newest(), (one, two) -> one.compareTo(two) > 0 ? one : two);
    Instant lastSeen = clock.instant().minus(longest.minus(sample.newest()));
    return new PoolView.Sticky(sample.entries(), lastSeen);
  }
}
