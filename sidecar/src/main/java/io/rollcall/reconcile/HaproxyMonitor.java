package io.rollcall.reconcile;

import io.rollcall.config.Settings;
import io.rollcall.core.Metrics;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Snapshot;
import io.rollcall.core.model.Step;
import io.rollcall.core.model.StepResult;
import io.rollcall.core.plan.PlannerInput;
import io.rollcall.core.status.Status;
import io.rollcall.haproxy.RuntimeApi;
import io.rollcall.haproxy.SessionCounter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * HAProxy as the loop sees it: what was read last, which run of it, what it refused. Used on one
 * context.
 */
public final class HaproxyMonitor {
  /** Up to one slot in so many, those in use are cheaper to read by themselves than all. */
  private static final int FEW = 8;

  private final InstantSource clock;
  private final List<String> backends;
  private final Duration resync;
  private final ComponentHealth troubles;
  private final Journal journal;
  private final Metrics metrics;
  private final RuntimeApi api;

  private final SessionCounter sessions;

  private @Nullable Snapshot last;
  private @Nullable Instant lastReadAt;
  private @Nullable Instant wholeReadAt;
  private SavedState.@Nullable ProcessRun run;
  private int restarts;
  private boolean reachable;

  public HaproxyMonitor(
      Vertx vertx,
      InstantSource clock,
      Settings settings,
      ComponentHealth troubles,
      Journal journal,
      Metrics metrics,
      Runnable changed) {
    this.clock = clock;
    this.backends = settings.pools().stream().map(pool -> pool.backend()).toList();
    this.resync = settings.haproxy().resync();
    this.troubles = troubles;
    this.journal = journal;
    this.metrics = metrics;
    this.api =
        new RuntimeApi(
            vertx,
            settings.haproxy().socket().toString(),
            new RuntimeApi.ConnectionListener() {
              @Override
              public void connected(HaproxyInfo info) {
                troubles.set(ComponentHealth.Component.HAPROXY, null);
                met(info);
                changed.run();
              }

              @Override
              public void disconnected(String reason) {
                reachable = false;
                troubles.set(ComponentHealth.Component.HAPROXY, reason);
                changed.run();
              }

              @Override
              public void answered(String kind, Duration took) {
                metrics.commandAnswered(kind, took);
              }
            });
    this.sessions = new SessionCounter(clock, api, metrics);
  }

  /** Takes over which run of HAProxy was planned for before the sidecar's own start. */
  public void remember(SavedState.@Nullable ProcessRun before) {
    run = before;
  }

  /** Reads the process and every slot. Fails with one clear line. */
  public Future<Snapshot> read() {
    return api.read(backends).onSuccess(this::took).onFailure(this::lost);
  }

  /**
   * For when nothing moves: reads only what these slots count, and everything where that tells of
   * more, where it was not read for {@code haproxy.resync}, and where they are not few. What a hand
   * does to a free slot, or a drain of one that is down, is seen no sooner. Fails with one clear
   * line.
   *
   * @param used the slots in which somebody is
   */
  public Future<Snapshot> glance(List<Slot> used) {
    Snapshot before = last;
    if (before == null || !reachable || !few(used, before) || wholeDueIn().isZero()) {
      return read();
    }
    return api.readCounters(before, used)
        .onFailure(this::lost)
        .compose(seen -> {
          if (seen == null) {
            return read();
          }
          took(seen);
          return Future.succeededFuture(seen);
        });
  }

  /** When all is to be read again, in whole ms; a clock that was set back delays it no further. */
  public Duration wholeDueIn() {
    if (wholeReadAt == null) {
      return Duration.ZERO;
    }
    long left = resync.minus(Duration.between(wholeReadAt, clock.instant()).abs()).toMillis();
    return Duration.ofMillis(Math.max(0, left));
  }

  private static boolean few(List<Slot> used, Snapshot of) {
    return used.size() * FEW <= of.pools().values().stream().mapToInt(List::size).sum();
  }

  /** The run of HAProxy that is connected, or was last. */
  public SavedState.@Nullable ProcessRun run() {
    return run;
  }

  /** Sends the steps; the result are those that HAProxy refused, told as a trouble. */
  public Future<List<Step>> apply(List<Step> steps, HaproxyInfo info) {
    if (steps.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    long began = System.nanoTime();
    return api.apply(steps, info)
        .onSuccess(
            replies -> metrics.applied(replies.size(), Duration.ofNanos(System.nanoTime() - began)))
        .map(replies -> {
          var refused = new ArrayList<Step>();
          for (int i = 0; i < steps.size(); i++) {
            if (replies.get(i) instanceof StepResult.Refused reply) {
              refused.add(steps.get(i));
              troubles.set(ComponentHealth.Component.PLAN, reply.line());
            }
          }
          return refused;
        });
  }

  /**
   * Tracked sessions of these slots of the backend, as {@link SessionCounter#countSessions} says.
   */
  public Future<Map<SlotId, PlannerInput.TrackedSessions>> sticky(
      String backend, List<Slot> slots, List<Slot> looked) {
    return sessions.countSessions(backend, slots, looked);
  }

  /** HAProxy's number of the server that holds the session; null where it knows of none. */
  public Future<@Nullable Integer> server(String backend, String key) {
    return api.server(backend, key);
  }

  /** {@code show servers state} as it came. */
  public Future<String> dump() {
    return api.dump();
  }

  public Status.HaproxyStatus status() {
    HaproxyInfo info = !reachable || last == null ? null : last.info();
    return new Status.HaproxyStatus(
        reachable,
        info == null ? null : info.version(),
        info == null ? null : info.pid(),
        info == null ? null : info.uptimeSeconds(),
        info == null ? null : info.currentConnections(),
        info == null ? null : info.requestRate(),
        restarts,
        lastReadAt);
  }

  public boolean reachable() {
    return reachable;
  }

  public Future<Void> close() {
    return api.close();
  }

  private void took(Snapshot observation) {
    reachable = true;
    last = observation;
    lastReadAt = clock.instant();
    if (observation.complete()) {
      wholeReadAt = lastReadAt;
    }
    troubles.set(ComponentHealth.Component.HAPROXY, null);
    List<String> problems = observation.problems();
    troubles.set(
        ComponentHealth.Component.POOLS, problems.isEmpty() ? null : String.join("; ", problems));
  }

  private void lost(Throwable e) {
    reachable = false;
    troubles.set(ComponentHealth.Component.HAPROXY, e.getMessage());
  }

  /** A connection never leads to another run, so they are compared only when one is made. */
  private void met(HaproxyInfo info) {
    var now =
        new SavedState.ProcessRun(info.pid(), clock.instant().minusSeconds(info.uptimeSeconds()));
    if (run != null && !run.same(now)) {
      restarts++;
      journal.add(
          null,
          new Event(
              EventKind.HAPROXY_RESTARTED, null, null, "another run of it: pid " + info.pid()),
          null);
    }
    if (run == null || !run.same(now)) {
      run = now;
      sessions.forget();
    }
  }
}
