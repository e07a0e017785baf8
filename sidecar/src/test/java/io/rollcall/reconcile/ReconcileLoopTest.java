package io.rollcall.reconcile;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.testing.EventLoop;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReconcileLoopTest {
  private final EventLoop events = new EventLoop();
  private final List<String> seen = new CopyOnWriteArrayList<>();

  @AfterEach
  void end() {
    events.close();
  }

  /** An order that came while the memory was read must not be planned, and saved, without it. */
  @Test
  void makesNoPassBeforeItBegins() {
    events.get(() -> {
      var loop =
          new ReconcileLoop(
              events.vertx(),
              InstantSource.system(),
              _ -> {
                seen.add("pass");
                return Future.succeededFuture(Duration.ofHours(1));
              });
      loop.dirty();
      return events
          .vertx()
          .timer(50)
          .onSuccess(_ -> {
            seen.add("begins");
            loop.begin();
          })
          .mapEmpty();
    });
    await().until(() -> seen.size() >= 2);
    assertEquals(List.of("begins", "pass"), seen);
  }
}
