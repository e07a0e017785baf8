package io.rollcall.core.control;

import io.rollcall.core.Component;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.SavedState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what one input changes; lives for one call of the controller. */
final class ReactionBuilder {
  private final Instant now;
  private final State before;
  private final List<Effect> effects = new ArrayList<>();

  SavedState saved;
  Membership members;
  HaproxyState haproxy;
  Health health;
  Cycle cycle;
  List<OperatorInput.ActionRequested> actions;
  RefusedSteps refused;
  ReadinessProbes probes;
  DrainOutcomes drains;

  ReactionBuilder(State before, Instant now) {
    this.before = before;
    this.now = now;
    this.saved = before.saved();
    this.members = before.members();
    this.haproxy = before.haproxy();
    this.health = before.health();
    this.cycle = before.cycle();
    this.actions = before.actions();
    this.refused = before.refused();
    this.probes = before.probes();
    this.drains = before.drains();
  }

  Instant now() {
    return now;
  }

  void run(Effect effect) {
    effects.add(effect);
  }

  void record(@Nullable String pool, List<Event> events) {
    if (!events.isEmpty()) {
      effects.add(new Effect.RecordEvents(pool, events, Map.of(), null, now));
    }
  }

  /** The component works where the line is null. */
  void report(Component component, @Nullable String line) {
    Health.HealthChange change = health.report(component, line, now);
    health = change.health();
    record(null, change.events());
  }

  /** A state in which no part differs is the same state, with the same version. */
  Reaction build() {
    boolean same =
        saved.equals(before.saved())
            && members.equals(before.members())
            && haproxy.equals(before.haproxy())
            && health.equals(before.health())
            && cycle.equals(before.cycle())
            && actions.equals(before.actions())
            && refused.equals(before.refused())
            && probes.equals(before.probes())
            && drains.equals(before.drains());
    return new Reaction(
        same
            ? before
            : new State(
                before.version() + 1,
                saved,
                members,
                haproxy,
                health,
                cycle,
                actions,
                refused,
                probes,
                drains),
        effects);
  }
}
