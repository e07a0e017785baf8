package io.rollcall.haproxy;

import io.rollcall.core.Metrics;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.plan.PlannerInput;
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

/**
 * Tracked sessions of slots that drain, and of slots that somebody looks at. Counting costs HAProxy
 * time in proportion to the whole table (measured: 0.5 ms at 10,000 entries, 25 ms at 100,000), so
 * a large table is asked less often, and looking never takes more than one part in {@value
 * #SHARE_OF_TIME} of the time, for each pool. Used on one context.
 */
public final class SessionCounter {
  private static final long LARGE_TABLE = 10_000;
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private static final int SHARE_OF_TIME = 100;

  /** What looking may take in one pass. */
  private static final Duration A_LOOK = Duration.ofMillis(10);

  /**
   * A reply of more entries than this may be larger than the connection takes: then only the
   * deadline ends a drain.
   */
  private static final long COUNTABLE = 25_000;

  private final InstantSource clock;
  private final RuntimeApi api;
  private final Metrics metrics;

  /**
   * The longest lifetime seen in each backend's table: its {@code expire}, which no command tells.
   */
  private final Map<String, Duration> expire = new HashMap<>();

  private final Map<SlotId, Sample> samples = new HashMap<>();

  private final Map<String, Instant> nextLook = new HashMap<>();

  private record Sample(PlannerInput.TrackedSessions sticky, Instant at, Instant fresh) {}

  public SessionCounter(InstantSource clock, RuntimeApi api, Metrics metrics) {
    this.clock = clock;
    this.api = api;
    this.metrics = metrics;
  }

  /** Another HAProxy: its tables are new, and may keep their entries for another time. */
  public void forget() {
    expire.clear();
    samples.clear();
  }

  /**
   * Of these slots of the backend; what is known of its other slots is forgotten.
   *
   * @param slots counted at each call, as far as their table is not large
   * @param looked counted as time allows, those first whose last count is the oldest
   */
  public Future<Map<SlotId, PlannerInput.TrackedSessions>> of(
      String backend, List<Slot> slots, List<Slot> looked) {
    var asked = new HashSet<SlotId>();
    slots.forEach(slot -> asked.add(slot.id()));
    looked.forEach(slot -> asked.add(slot.id()));
    samples.keySet().removeIf(id -> id.backend().equals(backend) && !asked.contains(id));
    Future<Void> counted = Future.succeededFuture();
    for (Slot slot : slots) {
      counted = counted.compose(_ -> count(slot));
    }
    return counted
        .compose(_ -> look(backend, looked))
        .map(_ -> {
          var result = new HashMap<SlotId, PlannerInput.TrackedSessions>();
          samples.forEach((id, sample) -> {
            if (id.backend().equals(backend)) {
              result.put(id, sample.sticky());
            }
          });
          return result;
        });
  }

  private Future<Void> look(String backend, List<Slot> slots) {
    Instant began = clock.instant();
    if (slots.isEmpty() || began.isBefore(nextLook.getOrDefault(backend, Instant.MIN))) {
      return Future.succeededFuture();
    }
    var oldestFirst =
        new ArrayDeque<>(slots.stream().sorted(Comparator.comparing(this::countedAt)).toList());
    return lookOn(oldestFirst, began)
        .onComplete(_ ->
            nextLook.put(
                backend,
                began.plus(Duration.between(began, clock.instant()).multipliedBy(SHARE_OF_TIME))));
  }

  private Future<Void> lookOn(ArrayDeque<Slot> left, Instant began) {
    Slot next = left.poll();
    return next == null || clock.instant().isAfter(began.plus(A_LOOK))
        ? Future.succeededFuture()
        : count(next).compose(_ -> lookOn(left, began));
  }

  private Instant countedAt(Slot slot) {
    Sample sample = samples.get(slot.id());
    return sample == null ? Instant.MIN : sample.at();
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
    long began = System.nanoTime();
    return api.sessions(backend, slot.serverId())
        .onSuccess(_ -> metrics.sessionsCounted(Duration.ofNanos(System.nanoTime() - began)))
        .map(sample -> {
          Duration pause = size > LARGE_TABLE ? PAUSE : Duration.ZERO;
          Instant fresh = clock.instant().plus(pause);
          samples.put(slot.id(), new Sample(sticky(backend, sample), clock.instant(), fresh));
          return null;
        });
  }

  /**
   * Too young an estimate of {@code expire} makes a session look more recent than it is: that errs
   * to waiting.
   */
  private PlannerInput.TrackedSessions sticky(String backend, SessionSample sample) {
    if (sample.entries() == 0) {
      return new PlannerInput.TrackedSessions(0, null);
    }
    Duration longest =
        expire.merge(backend, sample.newest(), (one, two) -> one.compareTo(two) > 0 ? one : two);
    Instant lastSeen = clock.instant().minus(longest.minus(sample.newest()));
    return new PlannerInput.TrackedSessions(sample.entries(), lastSeen);
  }
}
