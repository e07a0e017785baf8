package io.rollcall.core.control;

import io.rollcall.core.Component;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Readiness;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Snapshot;
import io.rollcall.core.model.Step;
import io.rollcall.core.model.StepResult;
import io.rollcall.core.plan.ManagedServers;
import io.rollcall.core.plan.Plan;
import io.rollcall.core.plan.Planner;
import io.rollcall.core.plan.PlannerInput;
import io.rollcall.core.plan.StepDescription;
import java.time.Duration;
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
    var problems = new ArrayList<>(snapshot.problems());
    problems.addAll(
        UnmatchedRules.unmatched(settings.pools(), next.members.roster(), next.members.self()));
    next.report(Component.POOLS, problems.isEmpty() ? null : String.join("; ", problems));
    if (anotherRun(next) && next.saved.haproxy() != null) {
      var slots = new HashSet<>(next.haproxy.unconfirmed());
      snapshot.pools().values().forEach(pool -> pool.forEach(slot -> slots.add(slot.id())));
      next.haproxy = next.haproxy.withUnconfirmed(slots);
    }
  }

  /** Servers that are not slots, as they were read last: the status shows them, too. */
  List<Slot> unmanaged(ReactionBuilder next) {
    var servers = new ArrayList<Slot>();
    for (PoolPolicy policy : settings.pools()) {
      List<Slot> all = next.haproxy.slots(policy.backend());
      PoolState memory = next.saved.pool(policy.backend());
      if (all != null) {
        all.stream()
            .filter(server ->
                !ManagedServers.isSlot(server, policy, memory, next.haproxy.unconfirmed()))
            .forEach(servers::add);
      }
    }
    return servers;
  }

  /** The reading shows all that matters for these steps. */
  static boolean rests(List<Step> steps, Snapshot on) {
    return on.complete() || steps.stream().allMatch(step -> on.covers(step.slot()) && joins(step));
  }

  /** The slot itself shows what the step did, without the rest of its pool. */
  private static boolean joins(Step step) {
    return switch (step) {
      case Step.ClearSessions _,
          Step.SetMaxconn _,
          Step.SetWeight _,
          Step.SetAddress _,
          Step.Join _,
          Step.ToReady _,
          Step.HealthUp _ ->
          true;
      case Step.ToMaint _,
          Step.ToDrain _,
          Step.EnableCheck _,
          Step.EnableAgent _,
          Step.DisableAgent _,
          Step.ShutdownSessions _,
          Step.AddSlot _,
          Step.RemoveSlot _ ->
          false;
    };
  }

  /** One plan for each pool that HAProxy has, all from the same members, reading and instant. */
  List<PoolPlan> plan(ReactionBuilder next) {
    next.members = next.members.withMatched(settings.pools());
    var plans = new ArrayList<PoolPlan>();
    for (PoolPolicy policy : settings.pools()) {
      List<Slot> slots = next.haproxy.slots(policy.backend());
      if (slots == null) {
        next.refused = next.refused.withoutBackend(policy.backend());
        continue;
      }
      PlannerInput input = input(policy, slots, next);
      Plan planned = Planner.plan(input);
      Plan plan = policy.observe() ? planned.observed() : planned;
      next.refused = next.refused.planned(policy.backend(), plan.steps());
      Map<SlotId, String> paused = next.refused.paused(policy.backend(), next.now());
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
    next.refused = next.refused.answered(sent, refused, next.now());
    if (!refused.isEmpty()) {
      next.report(Component.PLAN, refused.values().iterator().next());
    } else if (next.refused.isEmpty()) {
      next.report(Component.PLAN, null);
    }
    NextRun left = NextRun.AT_REST;
    for (PoolPlan plan : plans) {
      left = left.and(apply(plan, refused, next));
    }
    if (anotherRun(next) && next.haproxy.run() != null) {
      next.saved = next.saved.with(next.haproxy.run());
    }
    return left;
  }

  private NextRun apply(PoolPlan plan, Map<Step, String> refusedSteps, ReactionBuilder next) {
    Map<SlotId, String> refused =
        refusedSteps.entrySet().stream()
            .filter(e -> e.getKey().slot().backend().equals(plan.backend()))
            .collect(
                Collectors.toMap(e -> e.getKey().slot(), Map.Entry::getValue, RefusedSteps::first));
    var kept = new HashMap<>(plan.paused());
    kept.putAll(refused);
    Plan.Outcome outcome = plan.plan().outcome(kept);
    confirm(plan.backend(), kept.keySet(), next);
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
    steps.stream()
        .collect(Collectors.groupingBy(Step::slot))
        .forEach((slot, own) -> effects.put(slot, StepDescription.of(own)));
    Long micros = steps.isEmpty() ? null : Duration.between(plan.at(), next.now()).toNanos() / 1000;
    next.run(new Effect.RecordEvents(plan.backend(), events, effects, micros, next.now()));
    DrainOutcomes.DrainReport change = next.drains.after(events, plan.input().sticky());
    next.drains = change.outcomes();
    next.record(plan.backend(), change.events());
  }

  /** Another process than the one that the saved state was planned for. */
  static boolean anotherRun(ReactionBuilder next) {
    SavedState.ProcessRun run = next.haproxy.run();
    SavedState.ProcessRun planned = next.saved.haproxy();
    return run != null && (planned == null || !planned.same(run));
  }

  /**
   * Asks the applications of members that are prepared to join now.
   *
   * @param sent plans whose steps are under way: their members are asked already
   */
  void probe(List<PoolPlan> sent, ReactionBuilder next) {
    Map<Endpoint, Readiness> before = next.probes.asked();
    ReadinessProbes probes =
        next.probes.of(ReadinessProbes.wanted(sent, next, settings.pools()), next.now());
    if (!probes.equals(next.probes)) {
      next.probes = probes;
    }
    if (!probes.asked().equals(before)) {
      next.run(new Effect.ProbeReadiness(probes.asked()));
    }
  }

  private static PlannerInput input(PoolPolicy policy, List<Slot> slots, ReactionBuilder next) {
    return PlannerInputs.of(
            policy,
            slots,
            next.members,
            next.members.roster(),
            next.haproxy,
            next.saved,
            next.now())
        .answering(next.probes.ready(next.now()))
        .awaited(next.probes.awaited(next.now()))
        .grows(atLeast(3, 0, next.haproxy))
        .keepsPrivate(policy.options().privateConnections() && !atLeast(3, 3, next.haproxy))
        .build();
  }

  private static boolean atLeast(int major, int minor, HaproxyState haproxy) {
    return haproxy.snapshot() != null && haproxy.snapshot().info().atLeast(major, minor);
  }
}
