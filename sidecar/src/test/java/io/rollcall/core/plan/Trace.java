package io.rollcall.core.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.function.Supplier;

/** The last events of a schedule in words; silent while nobody will read it. */
final class Trace {
  private static final int KEPT = 30;

  private final boolean on;
  private final ArrayDeque<String> last = new ArrayDeque<>();

  Trace(boolean on) {
    this.on = on;
  }

  void add(Instant now, Supplier<String> event) {
    if (!on) {
      return;
    }
    if (last.size() == KEPT) {
      last.removeFirst();
    }
    double seconds = Duration.between(Simulation.BEGINNING, now).toMillis() / 1000.0;
    last.add("%9.3f  %s".formatted(seconds, event.get()));
  }

  @Override
  public String toString() {
    return String.join("\n", last);
  }
}
