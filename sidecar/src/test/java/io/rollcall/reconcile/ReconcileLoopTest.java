package io.rollcall.reconcile;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.Component;
import io.rollcall.core.SteadyClock;
import io.rollcall.core.control.Controller;
import io.rollcall.core.control.ControllerSettings;
import io.rollcall.core.control.Effect;
import io.rollcall.core.control.HaproxyInput;
import io.rollcall.core.control.Input;
import io.rollcall.core.control.OperatorInput;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.core.model.SavedState;
import io.rollcall.testing.EventLoop;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReconcileLoopTest {
  private static final ControllerSettings SETTINGS =
      new ControllerSettings(
          List.of(), false, Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1));

  private final EventLoop events = new EventLoop();
  private final List<Effect> effects = new CopyOnWriteArrayList<>();
  private final ReconcileLoop loop = events.call(() -> loop(effects::add));

  @AfterEach
  void end() {
    events.close();
  }

  private ReconcileLoop loop(Consumer<Effect> runner) {
    var clock = new SteadyClock(InstantSource.system(), System::nanoTime);
    return new ReconcileLoop(events.vertx(), clock, new Controller(SETTINGS), runner, () -> {});
  }

  private void accept(ReconcileLoop to, Input input) {
    events.call(() -> {
      to.accept(input);
      return true;
    });
  }

  private static HaproxyInput.SlotsUnread unread(ReconcileLoop loop) {
    return new HaproxyInput.SlotsUnread(loop.state().cycle().number(), "no reply");
  }

  /** An action that came while the state was loaded must not be saved without it. */
  @Test
  void runsNoCycleBeforeTheStateIsLoaded() {
    accept(loop, new OperatorInput.ActionRequested(1, new OperatorAction.Resync(), "127.0.0.1"));
    assertEquals(List.of(), effects);
    accept(loop, new Input.StateLoaded(SavedState.EMPTY));
    assertTrue(effects.stream().anyMatch(Effect.ReadSlots.class::isInstance), effects::toString);
  }

  @Test
  void runsTheNextCycleByItselfWhenItIsDue() {
    accept(loop, new Input.StateLoaded(SavedState.EMPTY));
    accept(loop, unread(loop));
    await().until(() -> events.call(() -> loop.state().cycle().number()) == 2);
  }

  @Test
  void continuesAfterAnEffectThatThrows() {
    ReconcileLoop failing =
        events.call(() ->
            loop(effect -> {
              throw new IllegalStateException("a defect");
            }));
    accept(failing, new Input.StateLoaded(SavedState.EMPTY));
    String line = events.call(() -> failing.state().health().line(Component.PLAN));
    assertTrue(String.valueOf(line).contains("a defect"), line);
    await().until(() -> events.call(() -> failing.state().cycle().number()) >= 2);
  }

  @Test
  void stopsOnceTheCycleThatRunsHasEnded() {
    accept(loop, new Input.StateLoaded(SavedState.EMPTY));
    Future<Void> stopped = events.call(loop::stop);
    assertTrue(!stopped.isComplete());
    effects.clear();
    accept(loop, unread(loop));
    await().until(stopped::isComplete);
    assertTrue(
        effects.stream().noneMatch(effect -> effect instanceof Effect.ReadSlots),
        effects::toString);
  }
}
