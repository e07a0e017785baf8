package io.rollcall.simulation;

import io.rollcall.core.control.Effect;
import io.rollcall.core.control.HaproxyInput;
import io.rollcall.core.control.Input;
import io.rollcall.core.control.Reaction;
import io.rollcall.core.model.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The last events of a schedule in words; silent while nobody will read it. */
final class Trace {
  private static final int KEPT = Integer.getInteger("simulation.trace", 60);

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

  /** An input of the controller and what follows from it. */
  static String words(Input input, Reaction reaction) {
    String effects =
        reaction.effects().stream().map(Trace::words).collect(Collectors.joining(", "));
    String what =
        switch (input) {
          case HaproxyInput.SlotsRead read ->
              "SlotsRead " + read.cycle() + (read.snapshot().complete() ? "" : " counters");
          default -> input.toString();
        };
    return what + " -> " + reaction.state().cycle().phase() + " [" + effects + "]";
  }

  private static String words(Effect effect) {
    return switch (effect) {
      case Effect.ReadSlots read -> "ReadSlots " + read.cycle() + " " + read.scope();
      case Effect.SendSteps send -> "SendSteps " + send.steps();
      case Effect.Save save -> "Save " + save.answers();
      case Effect.SaveSlots _ -> "SaveSlots";
      case Effect.RecordEvents record ->
          record.events().stream().map(Trace::words).toList().toString();
      case Effect.ReadMembers _,
          Effect.ProbeReadiness _,
          Effect.PublishView _,
          Effect.ReportReady _ ->
          effect.toString();
    };
  }

  private static String words(Event event) {
    return event.kind() + " " + event.member() + " " + event.text();
  }

  @Override
  public String toString() {
    return String.join("\n", last);
  }
}
