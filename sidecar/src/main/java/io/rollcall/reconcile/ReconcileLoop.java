package io.rollcall.reconcile;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * One pass at a time, on the context it is made on. Any cause marks it dirty; a cause that comes
 * while a pass runs makes it run once more, however many came.
 */
public final class ReconcileLoop {
  private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(1);

  /** What is done in one turn; must not fail. */
  public interface Pass {
    /**
     * Says when the next one is due.
     *
     * @param caused something changed, it is not only time
     */
    Future<Duration> make(boolean caused);
  }

  private final Vertx vertx;
  private final InstantSource clock;
  private final Pass pass;
  private Future<Void> current = Future.succeededFuture();
  private boolean begun;
  private boolean running;
  private boolean dirty;
  private boolean stopped;
  private long timer = -1;
  private Instant turned;

  public ReconcileLoop(Vertx vertx, InstantSource clock, Pass pass) {
    this.vertx = vertx;
    this.clock = clock;
    this.pass = pass;
    this.turned = clock.instant();
  }

  /** From now on passes are made, the first at once. */
  public void begin() {
    begun = true;
    dirty();
  }

  /** Something changed: a pass begins now, or right after the one that runs. */
  public void dirty() {
    dirty = true;
    due();
  }

  private void due() {
    if (begun && !running && !stopped) {
      running = true;
      vertx.cancelTimer(timer);
      vertx.runOnContext(_ -> turn());
    }
  }

  /** No pass begins after this; completes when the one that runs has come to its end. */
  public Future<Void> stop() {
    stopped = true;
    vertx.cancelTimer(timer);
    return current;
  }

  /** Since the last pass ended. */
  public Duration age() {
    return Duration.between(turned, clock.instant());
  }

  private void turn() {
    if (stopped) {
      return;
    }
    boolean caused = dirty;
    dirty = false;
    // from within a Future, so that a pass which throws fails like any other
    current =
        Future.succeededFuture()
            .compose(_ -> pass.make(caused))
            .otherwise(AFTER_A_FAILURE)
            .map(this::turned);
  }

  private Void turned(Duration wait) {
    running = false;
    turned = clock.instant();
    if (dirty || wait.isZero()) {
      dirty();
    } else if (!stopped) {
      timer = vertx.setTimer(wait.toMillis(), _ -> due());
    }
    return null;
  }
}
