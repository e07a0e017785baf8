package io.rollcall.core;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done for a pool now.
 *
 * @param steps in order; to be sent all, then everything is read again
 * @param memory to be kept once every step was accepted, never before
 * @param notes what to tell about it
 * @param soon something moves: look again within 100 ms
 */
public record Plan(List<Step> steps, PoolMemory memory, List<Note> notes, boolean soon) {
  public Plan {
    steps = List.copyOf(steps);
    notes = List.copyOf(notes);
  }

  /** The steps for a slot in words, {@code to ready, weight 100}; null where there are none. */
  public @Nullable String told(SlotId slot) {
    String words =
        steps.stream()
            .filter(step -> step.slot().equals(slot))
            .map(Plan::words)
            .collect(Collectors.joining(", "));
    return words.isEmpty() ? null : words;
  }

  private static String words(Step step) {
    return switch (step) {
      case Step.ToMaint _ -> "to maint";
      case Step.ToDrain _ -> "to drain";
      case Step.ToReady _ -> "to ready";
      case Step.Join _ -> "to ready, down until its check passes";
      case Step.HealthUp _ -> "up";
      case Step.ClearSessions _ -> "tracked sessions cleared";
      case Step.SetWeight weight -> "weight " + weight.weight();
      case Step.SetMaxconn maxconn -> "maxconn " + maxconn.maxconn();
      case Step.SetAddress address -> "address " + address.endpoint();
    };
  }

  /** Nothing to do and nothing new to remember. */
  public boolean settled(PoolMemory before) {
    return steps.isEmpty() && memory.equals(before);
  }
}
