package io.rollcall.http.guard;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Shares the event loop between clients, and between clients and the reconcile loop. A request runs
 * at once while there is time; otherwise the addresses take turns, one request each, for {@link
 * #SLICE} at a time. Used on one context.
 */
final class RequestQueue {
  /** Time for requests until the event loop handles everything else once. */
  private static final Duration SLICE = Duration.ofMillis(4);

  private static final long PAUSE_MILLIS = 2;

  private final Vertx vertx;
  private final LongSupplier nanoTime;
  private final Map<String, ArrayDeque<Runnable>> waiting = new LinkedHashMap<>();
  private long spent;
  private boolean turning;

  RequestQueue(Vertx vertx, LongSupplier nanoTime) {
    this.vertx = vertx;
    this.nanoTime = nanoTime;
  }

  /**
   * Runs it now or later.
   *
   * @param address whose turn it takes
   */
  void submit(String address, Runnable work) {
    if (waiting.isEmpty() && spent < SLICE.toNanos()) {
      run(work);
    } else {
      waiting.computeIfAbsent(address, _ -> new ArrayDeque<>()).add(work);
    }
    turnSoon();
  }

  private void turnSoon() {
    if (!turning) {
      turning = true;
      // a timer, because a task of the event loop would run before it reads from connections
      vertx.setTimer(PAUSE_MILLIS, _ -> turn());
    }
  }

  private void turn() {
    turning = false;
    spent = 0;
    while (!waiting.isEmpty() && spent < SLICE.toNanos()) {
      Iterator<Map.Entry<String, ArrayDeque<Runnable>>> first = waiting.entrySet().iterator();
      Map.Entry<String, ArrayDeque<Runnable>> next = first.next();
      String address = next.getKey();
      ArrayDeque<Runnable> work = next.getValue();
      first.remove();
      Runnable request = work.remove();
      if (!work.isEmpty()) {
        waiting.put(address, work);
      }
      run(request);
    }
    if (spent > 0) {
      turnSoon();
    }
  }

  private void run(Runnable work) {
    long began = nanoTime.getAsLong();
    try {
      work.run();
    } finally {
      spent += Math.max(1, nanoTime.getAsLong() - began);
    }
  }
}
