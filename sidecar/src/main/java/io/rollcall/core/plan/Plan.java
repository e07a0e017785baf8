package io.rollcall.core.plan;

import io.rollcall.core.model.Event;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import java.util.List;
import java.util.Map;

/**
 * What changes in a pool now: transitions, each applied as a whole or not at all. The steps are
 * sent to HAProxy, then everything is read again.
 */
public final class Plan {
  private final PoolState before;
  private final List<Transition> transitions;
  private final OutcomeRules rules;

  /**
   * The pool once a plan was applied.
   *
   * @param state to be saved
   * @param events what to record, in order
   * @param moving a member joins or drains: read again within 100 ms
   */
  public record Outcome(PoolState state, List<Event> events, boolean moving) {
    public Outcome {
      events = List.copyOf(events);
    }
  }

  Plan(PoolState before, List<Transition> transitions, OutcomeRules rules) {
    this.before = before;
    this.transitions = List.copyOf(transitions);
    this.rules = rules;
  }

  public List<Transition> transitions() {
    return transitions;
  }

  /** All steps, in the order in which they are sent. */
  public List<Step> steps() {
    return transitions.stream().flatMap(transition -> transition.steps().stream()).toList();
  }

  /**
   * What the plan leads to.
   *
   * @param refused slots of which a step was not sent, or not accepted, with HAProxy's answer:
   *     their transitions that need a step are not applied
   */
  public Outcome outcome(Map<SlotId, String> refused) {
    return rules.outcome(transitions, refused);
  }

  /**
   * The same without what HAProxy would be sent, or a slot would be promised: only members that are
   * in rotation already are taken note of.
   */
  public Plan observed() {
    return new Plan(before, transitions.stream().filter(Transition::onlyNotes).toList(), rules);
  }

  /** Nothing to do, and nothing new to save. */
  public boolean settled() {
    return steps().isEmpty() && outcome(Map.of()).state().equals(before);
  }
}
