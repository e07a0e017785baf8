package io.rollcall.haproxy;

import io.rollcall.core.Metrics;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.plan.PlannerInput.TrackedSessions;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts the tracked sessions of slots that drain, and of slots shown to a viewer. Counting costs
 * HAProxy time in proportion to the whole table (measured: 0.5 ms at 10,000 entries, 25 ms at
 * 100,000). So a large table is counted less often, and viewed slots never take more than one part
 * in {@value #SHARE_OF_TIME} of the time, for each pool. Used on one context.
 */
final class SessionCounter {
  private static final long LARGE_TABLE = 10_000;
  private static final long LARGE_SHARED_TABLE = 1_000;
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private static final int SHARE_OF_TIME = 100;

  /** How long viewed slots are counted in one call. */
  private static final Duration VIEWED_AT_ONCE = Duration.ofMillis(10);

  /**
   * A reply of more entries than this may be larger than the connection accepts: then only the
   * deadline ends a drain.
   */
  private static final long COUNTABLE = 25_000;

  private final InstantSource clock;
  private final RuntimeApi api;
  private final Metrics metrics;

  /**
   * The longest lifetime seen in each backend's table: its {@code expire}, which no command shows.
   */
  private final Map<String, Duration> expire = new HashMap<>();

  private final Map<SlotId, Sample> samples = new HashMap<>();

  private final Map<String, Boolean> shared = new HashMap<>();

  /** When viewed slots of a backend may be counted again. */
  private final Map<String, Instant> nextView = new HashMap<>();

  private SavedState.@Nullable ProcessRun run;

  private record Sample(TrackedSessions sessions, Instant at, Instant freshUntil) {}

  /**
   * @param clock steady; the times in the results are its own
   */
  SessionCounter(InstantSource clock, RuntimeApi api, Metrics metrics) {
    this.clock = clock;
    this.api = api;
    this.metrics = metrics;
  }

  /** A connection to this process was made. The tables of another process than before are new. */
  void connected(HaproxyInfo info) {
    var now =
        new SavedState.ProcessRun(info.pid(), clock.instant().minusSeconds(info.uptimeSeconds()));
    if (run == null || !run.same(now)) {
      run = now;
      expire.clear();
      shared.clear();
      samples.clear();
    }
  }

  /**
   * The tracked sessions of these slots of the backend, as far as they were counted; what is known
   * of its other slots is forgotten.
   *
   * @param leaving counted at each call, as far as their table is not large
   * @param viewed counted as time allows, those with the oldest count first
   */
  Future<Map<SlotId, TrackedSessions>> countSessions(
      String backend, List<Slot> leaving, List<Slot> viewed) {
    var wanted = new HashSet<SlotId>();
    leaving.forEach(slot -> wanted.add(slot.id()));
    viewed.forEach(slot -> wanted.add(slot.id()));
    samples.keySet().removeIf(id -> id.backend().equals(backend) && !wanted.contains(id));
    Future<Void> counted = Future.succeededFuture();
    for (Slot slot : leaving) {
      counted = counted.compose(_ -> count(slot));
    }
    return counted
        .compose(_ -> countViewed(backend, viewed))
        .map(_ -> {
          var result = new HashMap<SlotId, TrackedSessions>();
          samples.forEach((id, sample) -> {
            if (id.backend().equals(backend)) {
              result.put(id, sample.sessions());
            }
          });
          return result;
        });
  }

  private Future<Void> countViewed(String backend, List<Slot> slots) {
    Instant began = clock.instant();
    if (slots.isEmpty() || began.isBefore(nextView.getOrDefault(backend, Instant.MIN))) {
      return Future.succeededFuture();
    }
    var oldestFirst =
        new ArrayDeque<>(slots.stream().sorted(Comparator.comparing(this::countedAt)).toList());
    // one at least, also on a machine that stopped for a moment
    return count(oldestFirst.remove())
        .compose(_ -> countUntil(began.plus(VIEWED_AT_ONCE), oldestFirst))
        .onComplete(_ -> {
          Duration took = Duration.between(began, clock.instant());
          nextView.put(backend, began.plus(took.multipliedBy(SHARE_OF_TIME)));
        });
  }

  private Future<Void> countUntil(Instant end, ArrayDeque<Slot> slots) {
    Slot next = slots.poll();
    return next == null || clock.instant().isAfter(end)
        ? Future.succeededFuture()
        : count(next).compose(_ -> countUntil(end, slots));
  }

  private Instant countedAt(Slot slot) {
    Sample sample = samples.get(slot.id());
    return sample == null ? Instant.MIN : sample.at();
  }

  private Future<Void> count(Slot slot) {
    Sample before = samples.get(slot.id());
    if (before != null && clock.instant().isBefore(before.freshUntil())) {
      return Future.succeededFuture();
    }
    return api.tableSize(slot.id().backend())
        .compose(size -> {
          if (size > COUNTABLE) {
            samples.remove(slot.id());
            return Future.succeededFuture();
          }
          return shared(slot.id().backend()).compose(shared -> count(slot, size, shared));
        });
  }

  /** Whether other machines have the table too: asked once in each process. */
  private Future<Boolean> shared(String backend) {
    Boolean known = shared.get(backend);
    return known != null
        ? Future.succeededFuture(known)
        : api.shared(backend).onSuccess(found -> shared.put(backend, found));
  }

  private Future<Void> count(Slot slot, long size, boolean shared) {
    Endpoint address = slot.endpoint();
    if (!shared || address == null) {
      return count(slot, size > LARGE_TABLE ? PAUSE : Duration.ZERO, byNumber(slot));
    }
    if (size > LARGE_TABLE) {
      samples.remove(slot.id());
      return Future.succeededFuture();
    }
    // all entries are printed, those of other servers too
    return count(slot, size > LARGE_SHARED_TABLE ? PAUSE : Duration.ZERO, byAddress(slot, address));
  }

  private Future<SessionSample> byNumber(Slot slot) {
    return api.sessions(slot.id().backend(), slot.serverId());
  }

  /**
   * An entry of a shared table has the number that the process which made it has for the server.
   */
  private Future<SessionSample> byAddress(Slot slot, Endpoint address) {
    return api.owners(slot.id().backend())
        .compose(owners ->
            owners.byAddress() || owners.entries() == 0
                ? Future.succeededFuture(owners.at(address))
                : byNumber(slot));
  }

  private Future<Void> count(Slot slot, Duration fresh, Future<SessionSample> sample) {
    String backend = slot.id().backend();
    long began = System.nanoTime();
    return sample.map(found -> {
      metrics.sessionsCounted(Duration.ofNanos(System.nanoTime() - began));
      Instant now = clock.instant();
      samples.put(slot.id(), new Sample(sessions(backend, found, now), now, now.plus(fresh)));
      return null;
    });
  }

  /**
   * While the estimate of {@code expire} is too low, a session looks more recent than it is: that
   * only makes a drain wait longer.
   */
  private TrackedSessions sessions(String backend, SessionSample found, Instant now) {
    if (found.entries() == 0) {
      return new TrackedSessions(0, null);
    }
    Duration longest =
        expire.merge(backend, found.newest(), (one, two) -> one.compareTo(two) > 0 ? one : two);
    return new TrackedSessions(found.entries(), now.minus(longest.minus(found.newest())));
  }
}
