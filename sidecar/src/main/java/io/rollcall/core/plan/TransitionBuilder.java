package io.rollcall.core.plan;

import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.ServerSpec;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The transition of one occupied slot while it is made: its facts, and what it collects. */
final class TransitionBuilder {
  private final PlanBuilder plan;
  private final Slot slot;
  private final Occupant occupant;
  private final DesiredState desired;
  private final List<Step> steps = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private Transition.@Nullable IntentChange intentChange;

  TransitionBuilder(PlanBuilder plan, Slot slot, Occupant occupant, DesiredState desired) {
    this.plan = plan;
    this.slot = slot;
    this.occupant = occupant;
    this.desired = desired;
  }

  /** As HAProxy showed it. */
  Slot slot() {
    return slot;
  }

  SlotId id() {
    return slot.id();
  }

  /** As it was before. */
  Occupant occupant() {
    return occupant;
  }

  DesiredState desired() {
    return desired;
  }

  /** What is intended for the occupant's member, if this transition and those before it apply. */
  @Nullable Intent intent() {
    return intentChange == null ? plan.intent(occupant.member()) : intentChange.intent();
  }

  void step(Step step) {
    steps.add(step);
  }

  void event(EventKind kind, String text) {
    events.add(new Event(kind, occupant.member(), slot.id(), text));
  }

  /** Replaces the member's intent; null removes it. */
  void changeIntent(@Nullable Intent intent) {
    intentChange = new Transition.IntentChange(occupant.member(), intent);
  }

  /**
   * The occupant with a new boot, weight and maxconn, in a slot that stays in use. A new boot means
   * that the application restarted in place: HAProxy's check has gated it already, only the tracked
   * sessions that it lost are cleared.
   */
  Occupant adjust(ServerSpec wanted) {
    ServerSpec set = occupant.service();
    if (wanted.weight() != set.weight()) {
      step(new Step.SetWeight(id(), wanted.weight()));
    }
    if (wanted.maxconn() != set.maxconn()) {
      step(new Step.SetMaxconn(id(), wanted.maxconn()));
    }
    boolean restarted = !wanted.boot().equals(set.boot()) && !set.boot().isEmpty();
    if (restarted || !occupant.cleared()) {
      step(new Step.ClearSessions(id(), slot.serverId()));
    }
    if (restarted) {
      event(EventKind.RESTARTED, "a new boot in the same place");
    }
    return occupant.withService(wanted).withCleared(true);
  }

  /** Adds the transition to the plan. */
  void finish(@Nullable Occupant after) {
    plan.add(id(), after, steps, events, intentChange);
  }
}
