package io.rollcall.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What is to be done for a pool now.
 *
 * @param steps in order; to be sent all, then everything is read again
 * @param memory to be kept once every step was accepted, never before; of a plan with a refused
 *     step, see {@link #without}
 * @param notes what to tell about it
 * @param soon something moves: look again within 100 ms
 */
public record Plan(List<Step> steps, PoolMemory memory, List<Note> notes, boolean soon) {
  public Plan {
    steps = List.copyOf(steps);
    notes = List.copyOf(notes);
  }

  /**
   * This plan less its transitions of these slots, where a step of theirs was refused: they stay as
   * they were, and who was to have one of them waits.
   *
   * @param before what was remembered when it was made
   */
  public Plan without(Set<SlotId> slots, PoolMemory before) {
    if (slots.isEmpty()) {
      return this;
    }
    var kept = new ArrayList<>(notes);
    kept.removeIf(note -> note.slot() != null && slots.contains(note.slot()));
    long drift =
        notes.stream().filter(Plan::drift).count() - kept.stream().filter(Plan::drift).count();
    return new Plan(
        steps.stream().filter(step -> !slots.contains(step.slot())).toList(),
        memory.keeping(slots, drift, before),
        kept,
        soon);
  }

  private static boolean drift(Note note) {
    return note.kind().equals("drift");
  }

  /** Nothing to do and nothing new to remember. */
  public boolean settled(PoolMemory before) {
    return steps.isEmpty() && memory.equals(before);
  }
}
