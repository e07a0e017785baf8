package io.rollcall.reconcile;

import io.rollcall.core.Metrics;
import io.rollcall.core.control.State;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measures how long members take from ready, when they get a slot, to their first request. HAProxy
 * counts requests and is read again and again, so that the time is as exact as {@code
 * haproxy.poll}. Used on one context.
 */
public final class FirstRequests {
  private final Metrics metrics;
  private Map<SlotId, FirstRequestWait> joins = new HashMap<>();
  private @Nullable Instant readAt;

  /**
   * A member that had no request yet.
   *
   * @param total what HAProxy had counted of the slot before
   */
  private record FirstRequestWait(String member, Instant since, long total) {}

  public FirstRequests(Metrics metrics) {
    this.metrics = metrics;
  }

  /** Compares with the last time, once for each reading of HAProxy. */
  public void sample(State state, Instant now) {
    Instant read = state.haproxy().lastReadAt();
    if (read == null || read.equals(readAt)) {
      return;
    }
    readAt = read;
    var next = new HashMap<SlotId, FirstRequestWait>();
    state
        .saved()
        .pools()
        .forEach((backend, pool) -> {
          List<Slot> slots = state.haproxy().slots(backend);
          if (slots != null) {
            slots.forEach(slot -> sample(pool, slot, now, next));
          }
        });
    joins = next;
  }

  private void sample(PoolState pool, Slot slot, Instant now, Map<SlotId, FirstRequestWait> next) {
    Occupant occupant = pool.occupants().get(slot.id());
    Slot.Load load = slot.load();
    if (occupant == null || load == null || !occupant.isActive()) {
      return;
    }
    FirstRequestWait known = joins.get(slot.id());
    boolean same = known != null && known.member().equals(occupant.member());
    FirstRequestWait join = same ? known : null;
    if (join == null && !occupant.inRotation()) {
      join = new FirstRequestWait(occupant.member(), occupant.since(), load.total());
    }
    if (join != null && load.total() > join.total()) {
      metrics.firstRequest(Duration.between(join.since(), now));
    } else if (join != null && load.total() == join.total()) {
      next.put(slot.id(), join); // fewer: HAProxy is another process, and counts from 0
    }
  }
}
