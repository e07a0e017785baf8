package io.rollcall.core.plan;

import io.rollcall.core.model.Event;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.SlotTransition;
import io.rollcall.core.model.Step;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One change of one slot, applied as a whole or not at all. With assertions enabled one that is not
 * in the table of {@link SlotTransition} can't be constructed.
 *
 * @param before null if the slot is free
 * @param after null if the slot is free then
 * @param steps what HAProxy must accept for it, in order
 * @param events what to record once it is applied
 * @param intentChange a change made by hand that is taken as intended; null for none
 */
public record Transition(
    SlotId slot,
    @Nullable Occupant before,
    @Nullable Occupant after,
    List<Step> steps,
    List<Event> events,
    @Nullable IntentChange intentChange) {
  private static final boolean CHECKED = Transition.class.desiredAssertionStatus();

  /**
   * What an operator decided for a member on HAProxy's admin socket.
   *
   * @param intent null if nothing is left of it
   */
  public record IntentChange(String member, @Nullable Intent intent) {}

  public Transition {
    steps = List.copyOf(steps);
    events = List.copyOf(events);
    if (CHECKED && !SlotTransition.permits(state(before), state(after))) {
      throw new IllegalStateException(
          "no transition of %s from %s to %s".formatted(slot, state(before), state(after)));
    }
  }

  /** {@code slot3: s4: takes the slot for 192.0.2.4:3000 (weight 100, state ready)}. */
  public String toLine() {
    Occupant one = after == null ? before : after;
    String steps = StepDescription.of(this.steps, slot);
    return slot.server()
        + (one == null ? "" : ": " + one.member())
        + ": "
        + events.stream().map(Event::text).collect(Collectors.joining(", "))
        + (steps == null ? "" : " (" + steps + ")");
  }

  /** It sends nothing, and the slot is free or in rotation before and after. */
  boolean onlyNotes() {
    return steps.isEmpty()
        && (before == null || before.inRotation())
        && (after == null || after.inRotation());
  }

  private static SlotState state(@Nullable Occupant occupant) {
    return occupant == null ? SlotState.FREE : occupant.state();
  }
}
