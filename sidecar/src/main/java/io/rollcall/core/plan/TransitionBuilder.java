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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The transition of one occupied slot while it is made: its facts, and what it collects. */
final class TransitionBuilder {
  private final PlanBuilder plan;
  private final Slot slot;
  private final Occupant planned;
  private final Occupant occupant;
  private final DesiredState desired;
  private final List<Step> steps = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private Transition.@Nullable IntentChange intentChange;

  /**
   * One transition.
   *
   * @param planned the occupant as the plan has it
   * @param occupant the same with what is known since HAProxy restarted
   */
  TransitionBuilder(
      PlanBuilder plan, Slot slot, Occupant planned, Occupant occupant, DesiredState desired) {
    this.plan = plan;
    this.slot = slot;
    this.planned = planned;
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

  /** A step before those collected so far. */
  void firstStep(Step step) {
    steps.addFirst(step);
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
    int weight = wanted.weightIn(slot);
    if (slot.weight() != weight && !Objects.equals(wanted.weight(), set.weight())) {
      step(new Step.SetWeight(id(), weight));
      changed("weight", weight, slot.weight(), wanted.weight() == null);
    }
    ServerLimit limit = ServerLimit.of(occupant, wanted, slot);
    Integer maxconn = limit.maxconn();
    if (maxconn != null && !Objects.equals(wanted.maxconn(), set.maxconn())) {
      step(new Step.SetMaxconn(id(), maxconn));
      changed("maxconn", maxconn, limit.found(), wanted.maxconn() == null);
    }
    boolean restarted = !wanted.boot().equals(set.boot()) && !set.boot().isEmpty();
    if (restarted || !occupant.cleared()) {
      step(new Step.ClearSessions(id(), slot.serverId()));
    }
    if (restarted) {
      event(EventKind.RESTARTED, "a new boot in the same place");
    }
    return occupant
        .withService(limit.known() ? wanted : wanted.withMaxconn(set.maxconn()))
        .withConfiguredMaxconn(limit.configured())
        .withCleared(true);
  }

  private void changed(String what, int now, int before, boolean asConfigured) {
    String source = asConfigured ? ", as haproxy.cfg says" : "";
    event(EventKind.LIMITS, "%s %d, before %d%s".formatted(what, now, before, source));
  }

  /** Before a slot is given up: its limit is that of haproxy.cfg again. */
  void restoreLimit() {
    ServerLimit limit = ServerLimit.of(occupant, occupant.service().withMaxconn(null), slot);
    if (limit.maxconn() != null) {
      step(new Step.SetMaxconn(id(), limit.maxconn()));
    }
  }

  /** Adds the transition to the plan; for most slots there is none. */
  @SuppressWarnings("ReferenceEquality") // an equal one is found by the plan
  void finish(@Nullable Occupant after) {
    if (after == planned && steps.isEmpty() && events.isEmpty() && intentChange == null) {
      return;
    }
    plan.add(id(), after, steps, events, intentChange);
  }
}
