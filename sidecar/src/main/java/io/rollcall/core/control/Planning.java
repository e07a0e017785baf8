package io.rollcall.core.control;

import io.rollcall.core.Component;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Snapshot;
import io.rollcall.core.model.Step;
import io.rollcall.core.model.StepResult;
import io.rollcall.core.plan.Plan;
import io.rollcall.core.plan.Planner;
import io.rollcall.core.plan.PlannerInput;
import io.rollcall.core.plan.StepDescription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The part of a cycle between a reading of HAProxy and the new saved state. */
final class Planning {
  private final ControllerSettings settings;

  Planning(ControllerSettings settings) {
    this.settings = settings;
  }

  /** Takes what was read: which process it is, and what is wrong with the backends. */
  void read(HaproxyInput.SlotsRead read, ReactionBuilder next) {
    Snapshot snapshot = read.snapshot();
    next.haproxy = next.haproxy.read(snapshot, read.sessions(), next.now());
    next.report(Component.HAPROXY, null);
    List<String> problems = snapshot.problems();
    next.report(Component.POOLS, problems.isEmpty() ? null : String.join("; ", problems));
    if (anotherRun(next) && next.saved.haproxy() != null) {
      var slots = new HashSet<>(next.haproxy.unconfirmed());
      snapshot.pools().values().forEach(pool -> pool.forEach(slot -> slots.add(slot.id())));
      next.haproxy = next.haproxy.withUnconfirmed(slots);
    }
  }

  /** One plan for each pool that HAProxy has, all from the same members, reading and instant. */
  List<PoolPlan> plan(ReactionBuilder next) {
    Set<Endpoint> ready = probe(next);
    var plans = new ArrayList<PoolPlan>();
    for (PoolPolicy policy : settings.pools()) {
      List<Slot> slots = next.haproxy.slots(policy.backend());
      if (slots == null) {
        next.refused = next.refused.withoutBackend(policy.backend());
        continue;
      }
      PlannerInput input = input(policy, slots, ready, next);
      Plan plan = Planner.plan(input);
      next.refused = next.refused.planned(policy.backend(), plan.steps());
      Set<SlotId> paused = next.refused.paused(policy.backend(), next.now());
      plans.add(new PoolPlan(input, plan, paused, next.now()));
    }
    return plans;
  }

  /** Applies what HAProxy accepted. The results are those of the plans' steps, in order. */
  NextRun apply(List<PoolPlan> plans, List<StepResult> results, ReactionBuilder next) {
    List<Step> sent = plans.stream().flatMap(plan -> plan.steps().stream()).toList();
    // in the order sent: while the same steps are refused, the report stays the same
    var refused = new LinkedHashMap<Step, String>();
    for (int i = 0; i < sent.size(); i++) {
      if (results.get(i) instanceof StepResult.Refused(var line)) {
        refused.put(sent.get(i), line);
      }
    }
    next.refused = next.refused.answered(sent, refused.keySet(), next.now());
    if (!refused.isEmpty()) {
      next.report(Component.PLAN, refused.values().iterator().next());
    } else if (next.refused.isEmpty()) {
      next.report(Component.PLAN, null);
    }
    NextRun left = NextRun.AT_REST;
    for (PoolPlan plan : plans) {
      left = left.and(apply(plan, refused.keySet(), next));
    }
    if (anotherRun(next) && next.haproxy.run() != null) {
      next.saved = next.saved.with(next.haproxy.run());
    }
    return left;
  }

  private NextRun apply(PoolPlan plan, Set<Step> refusedSteps, ReactionBuilder next) {
    Set<SlotId> refused =
        refusedSteps.stream()
            .map(Step::slot)
            .filter(slot -> slot.backend().equals(plan.backend()))
            .collect(Collectors.toSet());
    var kept = new HashSet<>(plan.paused());
    kept.addAll(refused);
    Plan.Outcome outcome = plan.plan().outcome(kept);
    confirm(plan.backend(), kept, next);
    record(plan, outcome.events(), next);
    if (!outcome.state().equals(next.saved.pool(plan.backend()))) {
      next.saved = next.saved.with(plan.backend(), outcome.state());
    }
    if (!refused.isEmpty()) {
      return NextRun.REFUSED;
    }
    if (!plan.steps().isEmpty() || !outcome.state().equals(plan.input().memory())) {
      return plan.paused().isEmpty() ? NextRun.AT_ONCE : NextRun.SOON;
    }
    return outcome.moving() ? NextRun.SOON : NextRun.AT_REST;
  }

  /** HAProxy accepted what was planned for the other slots of the backend. */
  private static void confirm(String backend, Set<SlotId> kept, ReactionBuilder next) {
    if (next.haproxy.unconfirmed().stream().anyMatch(slot -> slot.backend().equals(backend))) {
      var left = new HashSet<>(next.haproxy.unconfirmed());
      left.removeIf(slot -> slot.backend().equals(backend) && !kept.contains(slot));
      next.haproxy = next.haproxy.withUnconfirmed(left);
    }
  }

  private static void record(PoolPlan plan, List<Event> events, ReactionBuilder next) {
    if (events.isEmpty()) {
      return;
    }
    List<Step> steps = plan.steps();
    var effects = new HashMap<SlotId, String>();
    for (Step step : steps) {
      effects.computeIfAbsent(step.slot(), slot -> StepDescription.of(steps, slot));
    }
    Long micros = steps.isEmpty() ? null : Duration.between(plan.at(), next.now()).toNanos() / 1000;
    next.run(new Effect.RecordEvents(plan.backend(), events, effects, micros, next.now()));
    DrainOutcomes.DrainReport change = next.drains.after(events, plan.input().sticky());
    next.drains = change.outcomes();
    next.record(plan.backend(), change.events());
  }

  /** Another process than the one that the saved state was planned for. */
  private static boolean anotherRun(ReactionBuilder next) {
    SavedState.ProcessRun run = next.haproxy.run();
    SavedState.ProcessRun planned = next.saved.haproxy();
    return run != null && (planned == null || !planned.same(run));
  }

  /** Asks joining applications that announced themselves; gives those that answered since. */
  private static Set<Endpoint> probe(ReactionBuilder next) {
    Snapshot snapshot = next.haproxy.snapshot();
    if (snapshot == null || !snapshot.complete()) {
      return Set.of(); // nothing may be sent after a partial reading
    }
    Map<Endpoint, Instant> joining = next.members.announcements().joining(next.saved.occupants());
    next.probes.unasked(joining).forEach(endpoint -> next.run(new Effect.ProbeReadiness(endpoint)));
    ReadinessProbes probes = next.probes.of(joining);
    Set<Endpoint> ready = probes.ready();
    ReadinessProbes used = probes.used();
    if (!used.equals(next.probes)) {
      next.probes = used;
    }
    return ready;
  }

  private static PlannerInput input(
      PoolPolicy policy, List<Slot> slots, Set<Endpoint> ready, ReactionBuilder next) {
    return PlannerInputs.of(
            policy,
            slots,
            next.members,
            next.members.roster(),
            next.haproxy,
            next.saved,
            next.now())
        .answering(ready)
        .grows(grows(next.haproxy))
        .build();
  }

  private static boolean grows(HaproxyState haproxy) {
    return haproxy.snapshot() != null && haproxy.snapshot().info().atLeast(3, 0);
  }
}
