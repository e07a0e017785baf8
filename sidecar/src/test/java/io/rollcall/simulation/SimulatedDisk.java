package io.rollcall.simulation;

import io.rollcall.core.Component;
import io.rollcall.core.control.Effect;
import io.rollcall.core.control.Input;
import io.rollcall.core.model.SavedState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What outlives a crash of the sidecar: one write after the other, each with the whole state. A
 * write may be slow or fail. A crash loses writes that were not answered, or not.
 */
final class SimulatedDisk {
  private static final Duration QUICK = Duration.ofMillis(20);
  private static final Duration SLOW = Duration.ofSeconds(5);

  private final Simulation world;
  private final ArrayDeque<Write> writes = new ArrayDeque<>();
  private SavedState content = SavedState.EMPTY;

  /** The members that the hold counts, as they were when the content was saved. */
  private @Nullable Set<String> known;

  /** The state that was given to be written last; null where that failed. */
  private @Nullable SavedState kept = SavedState.EMPTY;

  private Instant busyUntil = Simulation.BEGINNING;

  private record Write(SavedState state, @Nullable Set<String> known, boolean fails) {}

  SimulatedDisk(Simulation world) {
    this.world = world;
  }

  SavedState content() {
    return content;
  }

  @Nullable Set<String> known() {
    return known;
  }

  /** Writes the state where it changed, and answers the actions when it is on disk. */
  void save(Effect.Save effect) {
    if (!effect.state().equals(kept)) {
      kept = effect.state();
      writes.add(new Write(kept, world.rules.known(), world.fault(4)));
      Duration time = world.upTo(world.fault(4) ? SLOW : QUICK);
      busyUntil = (busyUntil.isBefore(world.now) ? world.now : busyUntil).plus(time);
      world.shell.later(Duration.between(world.now, busyUntil), this::written);
    }
    if (!effect.answers().isEmpty()) {
      Duration wait = Duration.between(world.now, busyUntil);
      world.shell.later(
          wait.isNegative() ? Duration.ZERO : wait,
          () -> world.shell.rules().answered(effect, content));
    }
  }

  private void written() {
    Write write = writes.remove();
    if (write.fails()) {
      world.log(() -> "the state can't be written");
      kept = write.state().equals(kept) ? null : kept;
      world.shell.accept(new Input.HealthReported(Component.MEMORY, "the disk is full"));
    } else {
      content = write.state();
      known = write.known();
      world.shell.accept(new Input.HealthReported(Component.MEMORY, null));
    }
  }

  /** Of the writes under way the first may be complete. */
  void crash() {
    Write first = writes.peek();
    if (first != null && !first.fails() && world.chance(50)) {
      content = first.state();
      known = first.known();
    }
    writes.clear();
    kept = content;
    busyUntil = world.now;
  }

  void lose() {
    writes.clear();
    content = SavedState.EMPTY;
    known = null;
    kept = content;
    busyUntil = world.now;
  }

  /** HAProxy's state file, from what HAProxy shows at that moment. */
  void saveSlots() {
    if (!world.fault(10)) {
      world.shell.later(world.upTo(QUICK), world.haproxy::writeStateFile);
    }
  }
}
