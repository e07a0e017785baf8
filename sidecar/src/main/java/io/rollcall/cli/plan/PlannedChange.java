package io.rollcall.cli.plan;

import io.rollcall.core.control.PoolPlan;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import io.rollcall.core.plan.StepDescription;
import io.rollcall.core.plan.Transition;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What would happen to one server of a pool.
 *
 * @param member null for none
 * @param address {@code 10.0.0.1:8000}; null for none
 * @param steps what HAProxy would be sent, in words; empty for nothing
 * @param why one line, may be empty
 */
public record PlannedChange(
    String pool,
    String server,
    Verb verb,
    @Nullable String member,
    @Nullable String address,
    String steps,
    String why) {
  /** What would happen. */
  public enum Verb {
    /** A server in rotation becomes the slot of a member; HAProxy is sent nothing. */
    ADOPT,
    /** A member gets the slot. */
    PUT_IN,
    CHANGE,
    /** It drains, or goes to maintenance. */
    TAKE_OUT,
    /** It stays as it is. */
    LEAVE_ALONE
  }

  static PlannedChange of(PoolPlan plan, Transition transition) {
    Occupant before = transition.before();
    Occupant after = transition.after();
    Occupant one = after == null ? before : after;
    Slot slot = plan.input().slots().get(transition.slot());
    String steps = StepDescription.of(transition.steps(), transition.slot());
    return new PlannedChange(
        transition.slot().backend(),
        transition.slot().server(),
        verb(transition),
        one == null ? null : one.member(),
        one == null ? address(slot) : one.endpoint().toString(),
        steps == null ? "" : steps,
        transition.events().stream().map(Event::text).collect(Collectors.joining("; ")));
  }

  /** A server that no transition concerns. */
  static PlannedChange none(Slot slot, @Nullable Occupant occupant) {
    return new PlannedChange(
        slot.id().backend(),
        slot.id().server(),
        Verb.LEAVE_ALONE,
        occupant == null ? null : occupant.member(),
        address(slot),
        "",
        "");
  }

  private static @Nullable String address(@Nullable Slot slot) {
    return slot == null || slot.endpoint() == null ? null : slot.endpoint().toString();
  }

  private static Verb verb(Transition transition) {
    SlotState from = state(transition.before());
    SlotState to = state(transition.after());
    if (to == SlotState.DRAINING || to == SlotState.PARKED || takesOut(transition.steps())) {
      return Verb.TAKE_OUT;
    }
    if (from == SlotState.FREE) {
      return to == SlotState.SERVING ? Verb.ADOPT : Verb.PUT_IN;
    }
    return Verb.CHANGE;
  }

  private static boolean takesOut(List<Step> steps) {
    return steps.stream()
        .anyMatch(step -> step instanceof Step.ToMaint || step instanceof Step.ToDrain);
  }

  private static SlotState state(@Nullable Occupant occupant) {
    return occupant == null ? SlotState.FREE : occupant.state();
  }
}
