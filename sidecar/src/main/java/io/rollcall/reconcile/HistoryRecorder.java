package io.rollcall.reconcile;

import io.rollcall.core.SteadyClock;
import io.rollcall.core.control.State;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.status.SavedTraffic;
import io.rollcall.core.status.Status;
import io.rollcall.core.status.TrafficHistory;
import io.rollcall.store.SavedDocument;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Keeps the history of the last hour and day, over restarts, too: it is saved every minute and at
 * the end, so a kill loses a minute at most. Used on one context.
 */
public final class HistoryRecorder {
  private static final Duration SAVE = Duration.ofMinutes(1);
  private static final Duration LOAD_TIMEOUT = Duration.ofSeconds(5);

  /** Cycles come a little early or late, and more often while something moves. */
  private static final Duration STEP = Duration.ofMillis(900);

  private final Vertx vertx;
  private final SteadyClock clock;
  private final SavedDocument<SavedTraffic> document;
  private final Supplier<List<Status.EventRecord>> events;
  private final TrafficHistory history = new TrafficHistory();
  private Map<SlotId, Counted> counted = new HashMap<>();
  private Instant next = Instant.EPOCH;
  private boolean started;

  /** What HAProxy had counted of a slot at the last sample. */
  private record Counted(String member, long requests, long errors) {}

  /**
   * @param document what an earlier run saved
   * @param events the newest events of the journal
   */
  public HistoryRecorder(
      Vertx vertx,
      SteadyClock clock,
      SavedDocument<SavedTraffic> document,
      Supplier<List<Status.EventRecord>> events) {
    this.vertx = vertx;
    this.clock = clock;
    this.document = document;
    this.events = events;
  }

  /** Continues what an earlier run saved, if the disk gives it in time; never fails. */
  public Future<Void> start() {
    return document
        .load()
        .timeout(LOAD_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .onSuccess(history::restore)
        .<Void>mapEmpty()
        .otherwiseEmpty()
        .onComplete(_ -> {
          started = true;
          vertx.setPeriodic(SAVE.toMillis(), _ -> save());
        });
  }

  private void save() {
    history.prune(clock.wall(clock.instant()));
    var _ = document.save(history.saved());
  }

  /** Saves a last time. */
  public Future<Void> close() {
    return started ? document.close(history.saved()).mapEmpty() : Future.succeededFuture();
  }

  public TrafficHistory history() {
    return history;
  }

  /** Takes a sample, once a second at most. */
  public void sample(State state) {
    Instant now = clock.instant();
    if (!started || now.isBefore(next) || !state.haproxy().reachable()) {
      return;
    }
    next = now.plus(STEP);
    Instant wall = clock.wall(now);
    var seen = new HashMap<SlotId, Counted>();
    state
        .saved()
        .pools()
        .forEach((backend, pool) -> {
          List<Slot> slots = state.haproxy().slots(backend);
          if (slots != null) {
            history.add(backend, sample(pool, slots, seen), wall);
          }
        });
    counted = seen;
    history.mark(events.get(), wall);
  }

  private List<TrafficHistory.MemberSample> sample(
      PoolState pool, List<Slot> slots, Map<SlotId, Counted> seen) {
    var samples = new ArrayList<TrafficHistory.MemberSample>();
    for (Slot slot : slots) {
      Occupant occupant = pool.occupants().get(slot.id());
      Slot.Load load = slot.load();
      if (occupant != null && load != null) {
        var now = new Counted(occupant.member(), load.total(), errors(load));
        Counted before = counted.get(slot.id());
        if (before == null || !before.member().equals(now.member())) {
          before = now; // nothing is known of the time before
        }
        seen.put(slot.id(), now);
        samples.add(
            new TrafficHistory.MemberSample(
                occupant.member(),
                more(before.requests(), now.requests()),
                more(before.errors(), now.errors()),
                occupant.inRotation() && slot.serving()));
      }
    }
    return samples;
  }

  /** HAProxy begins at 0 again when it restarts. */
  private static long more(long before, long now) {
    return now < before ? now : now - before;
  }

  private static long errors(Slot.Load load) {
    return load.errors() + (load.counters() == null ? 0 : load.counters().responses5xx());
  }
}
