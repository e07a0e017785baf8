package io.rollcall.core.plan;

import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is to be done for a pool now.
 *
 * @param steps in order; to be sent all, then everything is read again
 * @param memory to be kept once every step was accepted, never before; of a plan with a refused
 *     step, see {@link #without}
 * @param notes what to tell about it
 * @param moving slots where something moves
 */
public record Plan(List<Step> steps, PoolState memory, List<Event> notes, Set<SlotId> moving) {
  public Plan {
    steps = List.copyOf(steps);
    notes = List.copyOf(notes);
    moving = Set.copyOf(moving);
  }

  /** A plan that also tells where nobody serves any more, or somebody does again. */
  static Plan of(
      PoolState before, List<Step> steps, PoolState next, List<Event> notes, Set<SlotId> moving) {
    var told = new ArrayList<>(notes);
    if (before.served() && !next.served()) {
      told.add(new Event(EventKind.POOL_DOWN, null, null, "no member serves"));
    } else if (!before.served() && next.served()) {
      told.add(new Event(EventKind.POOL_UP, null, null, "a member serves"));
    }
    return new Plan(steps, next, told, moving);
  }

  /**
   * This plan less its transitions of these slots, where a step of theirs was refused: they stay as
   * they were, and who was to have one of them waits.
   *
   * @param before what was remembered when it was made
   */
  public Plan without(Set<SlotId> slots, PoolState before) {
    if (slots.isEmpty()) {
      return this;
    }
    var kept = new ArrayList<>(notes);
    kept.removeIf(note ->
        note.kind() == EventKind.POOL_DOWN
            || note.kind() == EventKind.POOL_UP
            || (note.slot() != null && slots.contains(note.slot())));
    Set<SlotId> absent =
        steps.stream()
            .filter(Step.AddSlot.class::isInstance)
            .map(Step::slot)
            .collect(Collectors.toSet());
    var others = new HashSet<>(moving);
    others.removeAll(slots);
    long drift =
        notes.stream().filter(Plan::drift).count() - kept.stream().filter(Plan::drift).count();
    return of(
        before,
        steps.stream().filter(step -> !slots.contains(step.slot())).toList(),
        memory.keeping(slots, absent, drift, before),
        kept,
        others);
  }

  private static boolean drift(Event note) {
    return note.kind() == EventKind.DRIFT;
  }

  /** Something moves: look again within 100 ms. */
  public boolean soon() {
    return !moving.isEmpty();
  }

  /** Nothing to do and nothing new to remember. */
  public boolean settled(PoolState before) {
    return steps.isEmpty() && memory.equals(before);
  }
}
