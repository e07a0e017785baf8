package io.rollcall.reconcile;

import io.rollcall.core.SteadyClock;
import io.rollcall.core.control.Controller;
import io.rollcall.core.control.Cycle;
import io.rollcall.core.control.Effect;
import io.rollcall.core.control.Input;
import io.rollcall.core.control.Reaction;
import io.rollcall.core.control.State;
import io.rollcall.logging.Logfmt;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shell around the {@link Controller}: it holds the state, hands over one input after the other
 * and has the effects run. It owns the state on the context that made it; all methods are called
 * there.
 */
public final class ReconcileLoop {
  private static final Logger LOG = LoggerFactory.getLogger(ReconcileLoop.class);

  /** The longest that journal, disk and page wait for a cycle to end, or for an application. */
  private static final long CATCH_UP_MS = 60;

  private final Vertx vertx;
  private final SteadyClock clock;
  private final Controller controller;
  private final Consumer<Effect> effects;
  private final Runnable changed;
  private final ArrayDeque<Input> inputs = new ArrayDeque<>();
  private final ArrayDeque<Effect> deferred = new ArrayDeque<>();
  private final Promise<Void> stopped = Promise.promise();

  private State state;
  private boolean running;
  private long stoppedAfter = Long.MAX_VALUE;
  private long timer = -1;
  private long catchUpTimer = -1;
  private boolean unpublished;
  private boolean catchingUp;

  /**
   * A loop with nothing known.
   *
   * @param effects runs an effect; what it throws is a defect
   * @param changed is called after each change of the state
   */
  public ReconcileLoop(
      Vertx vertx,
      SteadyClock clock,
      Controller controller,
      Consumer<Effect> effects,
      Runnable changed) {
    this.vertx = vertx;
    this.clock = clock;
    this.controller = controller;
    this.effects = effects;
    this.changed = changed;
    this.state = State.initial(clock.instant());
  }

  /** Everything that is known; journal and saved state are not behind it for who reads it. */
  public State state() {
    if (!running && !catchingUp) {
      catchUp();
    }
    return state;
  }

  /** Handles the input now, or after the one that is being handled. */
  public void accept(Input input) {
    inputs.add(input);
    if (running) {
      return;
    }
    running = true;
    long before = state.version();
    try {
      for (Input next = inputs.poll(); next != null; next = inputs.poll()) {
        handle(next);
      }
    } finally {
      running = false;
    }
    unpublished |= state.version() != before;
    if (isQuiet() || stoppedAfter != Long.MAX_VALUE) {
      catchUp();
    } else if (catchUpTimer < 0) {
      catchUpTimer = vertx.setTimer(CATCH_UP_MS, _ -> catchUp());
    }
    wait(state.cycle());
  }

  /**
   * What HAProxy does not wait for: journal, disk, page. It is done when a cycle has ended, or soon
   * if cycles follow each other at once, or the answer of an application may make one begin at any
   * time, so that it does not stand between a reading, or an answer, and the steps.
   */
  private void catchUp() {
    vertx.cancelTimer(catchUpTimer);
    catchUpTimer = -1;
    catchingUp = true;
    try {
      for (Effect next = deferred.poll(); next != null; next = deferred.poll()) {
        if (!isSuperseded(next)) {
          run(next);
        }
      }
      if (unpublished) {
        unpublished = false;
        changed.run();
      }
    } finally {
      catchingUp = false;
    }
  }

  private boolean isQuiet() {
    return state.cycle().phase() == Cycle.Phase.IDLE && !state.probes().open();
  }

  /** The same is written again, newer. */
  private boolean isSuperseded(Effect effect) {
    return switch (effect) {
      case Effect.SaveSlots _ -> deferred.stream().anyMatch(Effect.SaveSlots.class::isInstance);
      case Effect.Save save when save.answers().isEmpty() ->
          deferred.stream().anyMatch(Effect.Save.class::isInstance);
      default -> false;
    };
  }

  /** Lets the cycle that runs come to its end and begins no other; completes then. */
  public Future<Void> stop() {
    stoppedAfter = state.cycle().number();
    catchUp();
    wait(state.cycle());
    return stopped.future();
  }

  /** Since the last cycle ended. */
  public Duration sinceLastCycle() {
    return Duration.between(state.cycle().endedAt(), clock.instant());
  }

  private void handle(Input input) {
    Reaction reaction = react(input);
    HealthLog.changed(state.health(), reaction.state().health());
    state = reaction.state();
    for (Effect effect : reaction.effects()) {
      if (isUrgent(effect)) {
        runInTime(effect);
      } else {
        deferred.add(effect);
      }
    }
  }

  private static boolean isUrgent(Effect effect) {
    return switch (effect) {
      case Effect.ReadMembers _, Effect.ReadSlots _, Effect.SendSteps _, Effect.ProbeReadiness _ ->
          true;
      case Effect.PublishView _,
          Effect.Save _,
          Effect.SaveSlots _,
          Effect.RecordEvents _,
          Effect.ReportReady _ ->
          false;
    };
  }

  private void runInTime(Effect effect) {
    if (!ofNewCycle(effect)) {
      run(effect);
    }
  }

  private Reaction react(Input input) {
    Instant now = clock.instant();
    try {
      return controller.on(state, input, now);
    } catch (RuntimeException e) {
      return controller.on(state, defect("an input could not be handled", e), now);
    }
  }

  private void run(Effect effect) {
    try {
      effects.accept(effect);
    } catch (RuntimeException e) {
      accept(defect("an effect could not be run", e));
    }
  }

  private static Input.Failed defect(String what, RuntimeException e) {
    LOG.error("{}", Logfmt.of("internal-error").with("text", what), e);
    return new Input.Failed("internal error: " + what + ": " + e);
  }

  /** After {@link #stop} a cycle that begins by itself reads and sends nothing. */
  private boolean ofNewCycle(Effect effect) {
    return state.cycle().number() > stoppedAfter
        && switch (effect) {
          case Effect.ReadMembers _, Effect.ReadSlots _, Effect.SendSteps _ -> true;
          case Effect.ProbeReadiness _,
              Effect.PublishView _,
              Effect.Save _,
              Effect.SaveSlots _,
              Effect.RecordEvents _,
              Effect.ReportReady _ ->
              false;
        };
  }

  private void wait(Cycle cycle) {
    vertx.cancelTimer(timer);
    boolean between = cycle.phase() == Cycle.Phase.IDLE || cycle.phase() == Cycle.Phase.STARTING;
    if (stoppedAfter != Long.MAX_VALUE) {
      if (between || cycle.number() > stoppedAfter) {
        stopped.tryComplete();
      }
    } else if (cycle.phase() == Cycle.Phase.IDLE) {
      long millis = Duration.between(clock.instant(), cycle.nextAt()).plusNanos(999_999).toMillis();
      timer = vertx.setTimer(Math.max(1, millis), _ -> accept(new Input.Tick()));
    }
  }
}
