package io.rollcall.core;

import java.util.List;

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

  /** Nothing to do and nothing new to remember. */
  public boolean settled(PoolMemory before) {
    return steps.isEmpty() && memory.equals(before);
  }
}
