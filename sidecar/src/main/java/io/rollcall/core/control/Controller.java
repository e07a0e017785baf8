package io.rollcall.core.control;

import io.rollcall.core.Component;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.StepResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that the sidecar decides: a pure function from the state and an input to the next state and
 * the effects to run. Times are of a steady clock, which never jumps. The states of a cycle are in
 * {@link Cycle}.
 */
public final class Controller {
  private final MemberReactions members;
  private final Planning planning;
  private final Actions actions;
  private final CycleTiming timing;
  private final JoiningSlots joins;

  public Controller(ControllerSettings settings) {
    this.members = new MemberReactions(settings);
    this.planning = new Planning(settings);
    this.actions = new Actions(settings);
    this.timing = new CycleTiming(settings, members);
    this.joins = new JoiningSlots(settings.pools());
  }

  /** What follows from an input at this instant, which is never before that of an earlier one. */
  public Reaction on(State state, Input input, Instant now) {
    var next = new ReactionBuilder(state, now);
    switch (input) {
      case Input.StateLoaded loaded -> load(loaded, next);
      case Input.Tick _ -> beginIfDue(next);
      case Input.HealthReported report -> next.report(report.component(), report.line());
      case Input.Failed failed -> defect(failed, next);
      case OperatorInput.StatusViewed _ -> {
        return new Reaction(state.viewed(now), List.of());
      }
      case OperatorInput.ActionRequested requested -> {
        next.actions = append(next.actions, requested);
        cause(next);
      }
      case MemberInput.MembersRead read -> membersRead(read, next);
      case MemberInput.NamesRead read -> namesRead(read, next);
      case MemberInput.MembersUnread failed -> membersUnread(failed, next);
      case MemberInput of -> {
        if (members.take(of, next)) {
          cause(next);
        }
      }
      case HaproxyInput of -> take(of, next);
    }
    return next.build();
  }

  private void take(HaproxyInput input, ReactionBuilder next) {
    switch (input) {
      case HaproxyInput.Connected connected -> {
        Connections.connected(connected.info(), next);
        cause(next);
      }
      case HaproxyInput.LocalAddressesRead read ->
          next.haproxy = next.haproxy.withLocal(read.local());
      case HaproxyInput.Disconnected lost -> {
        next.haproxy = next.haproxy.unreachable();
        next.report(Component.HAPROXY, lost.line());
        cause(next);
      }
      case HaproxyInput.ApplicationAnswered(var endpoint, boolean ready) -> {
        ReadinessProbes before = next.probes;
        next.probes = before.answered(endpoint, ready, next.now());
        if (!next.probes.equals(before)) {
          cause(next);
        }
      }
      case HaproxyInput.SlotsRead read -> slotsRead(read, next);
      case HaproxyInput.SlotsUnread failed -> {
        if (next.cycle.waitsFor(Cycle.Phase.READING_SLOTS, failed.cycle())) {
          lost(failed.line(), next);
        }
      }
      case HaproxyInput.StepsAnswered answered -> {
        if (next.cycle.waitsFor(Cycle.Phase.SENDING, answered.cycle())) {
          finish(next.cycle.plans(), answered.results(), next);
        }
      }
      case HaproxyInput.StepsUnanswered failed -> {
        if (next.cycle.waitsFor(Cycle.Phase.SENDING, failed.cycle())) {
          lost(failed.line(), next);
        }
      }
    }
  }

  private void load(Input.StateLoaded loaded, ReactionBuilder next) {
    next.saved = SavedTimes.notAfter(next.now(), loaded.saved());
    members.remember(next);
    next.cycle = next.cycle.in(Cycle.Phase.IDLE);
    cause(next);
  }

  /** Something changed: a cycle begins now, or right after the one that runs. */
  private void cause(ReactionBuilder next) {
    if (next.cycle.phase() == Cycle.Phase.IDLE) {
      begin(true, next);
    } else {
      next.cycle = next.cycle.withCause();
    }
  }

  private void beginIfDue(ReactionBuilder next) {
    Cycle cycle = next.cycle;
    if (cycle.phase() == Cycle.Phase.IDLE && !next.now().isBefore(cycle.nextAt())) {
      begin(false, next);
    }
  }

  private void begin(boolean caused, ReactionBuilder next) {
    boolean atRest =
        !caused
            && next.cycle.last() == NextRun.AT_REST
            && !CycleTiming.viewed(next.cycle, next.now());
    actions.take(next);
    Actions.expire(next);
    members.watchPipe(next);
    Membership.ListHints due = members.due(next.members, next.now());
    next.cycle = next.cycle.begun(atRest, next.members.hints().names());
    if (!next.members.hints().isEmpty()) {
      next.members = next.members.withHints(Membership.ListHints.NONE);
    }
    if (!due.isEmpty()) {
      next.cycle = next.cycle.in(Cycle.Phase.READING_MEMBERS);
      next.run(new Effect.ReadMembers(next.cycle.number(), due.names()));
    } else {
      readSlots(next);
    }
  }

  private void membersRead(MemberInput.MembersRead read, ReactionBuilder next) {
    if (next.cycle.waitsFor(Cycle.Phase.READING_MEMBERS, read.cycle())) {
      members.read(read, next);
      readSlots(next);
    }
  }

  private void namesRead(MemberInput.NamesRead read, ReactionBuilder next) {
    if (next.cycle.waitsFor(Cycle.Phase.READING_MEMBERS, read.cycle())) {
      members.read(read, next);
      readSlots(next);
    }
  }

  private void membersUnread(MemberInput.MembersUnread failed, ReactionBuilder next) {
    if (next.cycle.waitsFor(Cycle.Phase.READING_MEMBERS, failed.cycle())) {
      members.unread(failed, next);
      readSlots(next);
    }
  }

  private void readSlots(ReactionBuilder next) {
    members.prune(next);
    next.cycle = next.cycle.in(Cycle.Phase.READING_SLOTS);
    List<Slot> used = State.usedSlots(next.haproxy, next.saved);
    List<Slot> polled = new ArrayList<>(used);
    polled.addAll(planning.unmanaged(next));
    List<Slot> joining = joins.slots(next);
    boolean alone = timing.suffice(joining, next);
    next.run(
        new Effect.ReadSlots(
            next.cycle.number(),
            alone ? Effect.Scope.SLOTS : timing.scope(polled, next),
            alone ? joining : polled,
            State.leavingSlots(next.saved),
            CycleTiming.viewed(next.cycle, next.now()) ? ids(used) : Set.of()));
  }

  private void slotsRead(HaproxyInput.SlotsRead read, ReactionBuilder next) {
    if (!next.cycle.waitsFor(Cycle.Phase.READING_SLOTS, read.cycle())) {
      return;
    }
    planning.read(read, next);
    List<PoolPlan> plans = planning.plan(next);
    var steps = plans.stream().flatMap(plan -> plan.steps().stream()).toList();
    if (steps.isEmpty()) {
      finish(plans, List.of(), next);
    } else if (!Planning.rests(steps, read.snapshot())) {
      next.haproxy = next.haproxy.outdated(); // what is sent rests on a reading of the slot
      end(NextRun.AT_ONCE, next);
    } else {
      next.cycle = next.cycle.sending(plans);
      next.haproxy = next.haproxy.sent(steps);
      next.run(new Effect.SendSteps(next.cycle.number(), steps, read.snapshot().info()));
      planning.probe(plans, next); // its answer is there when the slot is read back
    }
  }

  private void finish(List<PoolPlan> plans, List<StepResult> results, ReactionBuilder next) {
    NextRun left = planning.apply(plans, results, next);
    planning.probe(List.of(), next);
    next.run(new Effect.Save(next.saved, Map.of()));
    // the file of a backend that is only observed stays its owner's
    var managed = plans.stream().filter(plan -> !plan.input().policy().observe()).toList();
    if (plans.isEmpty() || !managed.isEmpty()) {
      next.run(
          new Effect.SaveSlots(
              managed.stream().flatMap(p -> p.input().slots().values().stream()).toList()));
    }
    end(left, next);
  }

  /** HAProxy cannot be read, or the outcome of steps is unknown: the next reading shows it. */
  private void lost(String line, ReactionBuilder next) {
    next.haproxy = unconfirmed(next).unreachable();
    next.report(Component.HAPROXY, line);
    end(NextRun.AFTER_FAILURE, next);
  }

  /**
   * Steps without a reply may be applied or not: a difference in their slots is no manual change.
   */
  private static HaproxyState unconfirmed(ReactionBuilder next) {
    if (next.cycle.plans().isEmpty()) {
      return next.haproxy;
    }
    var slots = new HashSet<>(next.haproxy.unconfirmed());
    next.cycle.plans().forEach(plan -> plan.steps().forEach(step -> slots.add(step.slot())));
    return next.haproxy.withUnconfirmed(slots);
  }

  private void defect(Input.Failed failed, ReactionBuilder next) {
    next.haproxy = unconfirmed(next);
    next.report(Component.PLAN, failed.line());
    if (next.cycle.phase() != Cycle.Phase.STARTING) {
      end(NextRun.AFTER_FAILURE, next);
    }
  }

  private void end(NextRun left, ReactionBuilder next) {
    boolean converged = next.cycle.converged();
    if (!converged && left == NextRun.AT_REST && next.members.roster() != null) {
      converged = true;
      next.run(new Effect.ReportReady());
    }
    boolean caused = next.cycle.caused();
    next.cycle = next.cycle.ended(left, timing.nextAt(left, next), next.now(), converged);
    if (caused || left == NextRun.AT_ONCE) {
      begin(true, next);
    }
  }

  private static Set<SlotId> ids(List<Slot> slots) {
    var ids = new HashSet<SlotId>();
    slots.forEach(slot -> ids.add(slot.id()));
    return ids;
  }

  private static List<OperatorInput.ActionRequested> append(
      List<OperatorInput.ActionRequested> all, OperatorInput.ActionRequested last) {
    var more = new ArrayList<>(all);
    more.add(last);
    return List.copyOf(more);
  }
}
