package io.rollcall.simulation;

import static io.rollcall.simulation.Simulation.require;

import io.rollcall.core.control.ControllerSettings;
import io.rollcall.core.control.Cycle;
import io.rollcall.core.control.Effect;
import io.rollcall.core.control.HaproxyInput;
import io.rollcall.core.control.Input;
import io.rollcall.core.control.MemberInput;
import io.rollcall.core.control.NextRun;
import io.rollcall.core.control.OperatorInput;
import io.rollcall.core.control.Reaction;
import io.rollcall.core.control.State;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.SavedState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What must hold of each reaction of the controller, whatever is planned. */
@SuppressWarnings("ReferenceEquality") // the same object is meant: an equal one is another effect
final class ControlRules {
  private final Simulation world;
  private final ControllerSettings settings;
  private final ActionRules actions = new ActionRules();

  /** Applications that answered a readiness probe. */
  private final Set<Endpoint> ready = new HashSet<>();

  /** A cause arrived since the last cycle began. */
  private boolean caused;

  /** The member list changed, or may have, since it was last asked for. */
  private boolean hinted;

  private boolean connected;

  /** The cycle whose effect has no result yet; null while nothing is waited for. */
  private @Nullable Long waiting;

  private @Nullable PoolState planned;
  private int readyReports;
  private int cycles;
  private int busyCycles;
  private boolean atRest;

  ControlRules(Simulation world, ControllerSettings settings) {
    this.world = world;
    this.settings = settings;
  }

  /** The sidecar is another process. */
  void restarted() {
    actions.restarted();
    ready.clear();
    caused = false;
    hinted = false;
    connected = false;
    waiting = null;
    planned = null;
    readyReports = 0;
    atRest = false;
  }

  void requested(OperatorInput.ActionRequested action) {
    actions.requested(action);
  }

  void ready(Endpoint endpoint) {
    ready.add(endpoint);
  }

  boolean wasReady(Endpoint endpoint) {
    return ready.contains(endpoint);
  }

  /** What the steps under way lead to, if HAProxy accepts all of them. */
  PoolState planned() {
    return planned;
  }

  int readyReports() {
    return readyReports;
  }

  /** Completed cycles that had something to do. */
  int busyCycles() {
    return busyCycles;
  }

  int cycles() {
    return cycles;
  }

  /** The last completed cycle had nothing to do. */
  boolean atRest() {
    return atRest;
  }

  int openActions() {
    return actions.open();
  }

  /** The shell could not run it: there will be no result. */
  void notRun(Effect effect) {
    if (effect instanceof Effect.ReadMembers
        || effect instanceof Effect.ReadSlots
        || effect instanceof Effect.SendSteps) {
      waiting = null;
    }
  }

  /** The result of an earlier cycle arrives once more. */
  void duplicate(Input result) {
    State before = world.shell.state();
    world.shell.accept(result);
    require(before == world.shell.state(), () -> "an old result was used: " + result);
  }

  void answered(Effect.Save save, SavedState onDisk) {
    actions.answered(save, onDisk);
  }

  void check(State before, Input input, Reaction reaction, Instant now) {
    State after = reaction.state();
    version(before, input, after);
    boolean result = awaited(before, input, reaction);
    note(before, input, after);
    cycleBegins(before, input, reaction, now);
    effects(input, reaction, now);
    completed(before, input, reaction, result, now);
    idle(before, after, now);
  }

  private static void version(State before, Input input, State after) {
    boolean grows = !(input instanceof OperatorInput.StatusViewed) && !same(before, after);
    require(
        after.version() == before.version() + (grows ? 1 : 0),
        () -> "version " + before.version() + " became " + after.version() + " by " + input);
  }

  private static boolean same(State one, State other) {
    return one == other
        || (one.members().equals(other.members())
            && one.haproxy().equals(other.haproxy())
            && one.cycle().equals(other.cycle())
            && one.saved().equals(other.saved())
            && one.health().equals(other.health())
            && one.actions().equals(other.actions())
            && one.refused().equals(other.refused())
            && one.probes().equals(other.probes())
            && one.drains().equals(other.drains()));
  }

  /** True for a result that the controller waited for; any other one must change nothing. */
  private boolean awaited(State before, Input input, Reaction reaction) {
    Cycle.Phase phase;
    long cycle;
    switch (input) {
      case MemberInput.MembersRead read -> {
        phase = Cycle.Phase.READING_MEMBERS;
        cycle = read.cycle();
      }
      case MemberInput.NamesRead read -> {
        phase = Cycle.Phase.READING_MEMBERS;
        cycle = read.cycle();
      }
      case MemberInput.MembersUnread unread -> {
        phase = Cycle.Phase.READING_MEMBERS;
        cycle = unread.cycle();
      }
      case HaproxyInput.SlotsRead read -> {
        phase = Cycle.Phase.READING_SLOTS;
        cycle = read.cycle();
      }
      case HaproxyInput.SlotsUnread unread -> {
        phase = Cycle.Phase.READING_SLOTS;
        cycle = unread.cycle();
      }
      case HaproxyInput.StepsAnswered answered -> {
        phase = Cycle.Phase.SENDING;
        cycle = answered.cycle();
      }
      case HaproxyInput.StepsUnanswered unanswered -> {
        phase = Cycle.Phase.SENDING;
        cycle = unanswered.cycle();
      }
      case MemberInput _,
          HaproxyInput _,
          OperatorInput _,
          Input.StateLoaded _,
          Input.Tick _,
          Input.HealthReported _,
          Input.Failed _ -> {
        return false;
      }
    }
    boolean awaited = before.cycle().phase() == phase && before.cycle().number() == cycle;
    require(
        awaited || (reaction.state() == before && reaction.effects().isEmpty()),
        () -> "the result of another cycle has effects: " + input);
    if (awaited) {
      waiting = null;
    }
    return awaited;
  }

  private void note(State before, Input input, State after) {
    switch (input) {
      case MemberInput.MemberSeen _,
          MemberInput.MemberForgotten _,
          MemberInput.MembersChanged _,
          MemberInput.ListChanged _,
          MemberInput.Unusable _,
          MemberInput.PipeOpened _,
          MemberInput.PipeFailed _ ->
          hint();
      case MemberInput.AgentConnected _ -> {
        connected = true;
        hint();
      }
      case MemberInput.AgentDisconnected _ -> {
        connected = false;
        hint();
      }
      case MemberInput.MembersUnread _ -> hinted |= before.cycle() != after.cycle();
      case MemberInput.Announced _ ->
          caused |= !before.members().announcements().equals(after.members().announcements());
      case HaproxyInput.Connected _, HaproxyInput.Disconnected _, Input.StateLoaded _ ->
          caused = true;
      case HaproxyInput.ApplicationAnswered _ -> caused |= !before.probes().equals(after.probes());
      case OperatorInput.ActionRequested(_, var action, _, _) -> {
        caused = true;
        hinted |= action instanceof OperatorAction.Resync;
      }
      case Input.Failed _ -> waiting = null;
      case MemberInput _,
          HaproxyInput _,
          OperatorInput _,
          Input.Tick _,
          Input.HealthReported _ -> {}
    }
  }

  private void hint() {
    hinted = true;
    caused = true;
  }

  private void cycleBegins(State before, Input input, Reaction reaction, Instant now) {
    long begun = reaction.state().cycle().number() - before.cycle().number();
    require(begun == 0 || begun == 1, () -> "cycles begun at once: " + begun);
    if (begun == 0) {
      return;
    }
    boolean early = input instanceof Input.Tick && now.isBefore(before.cycle().nextAt());
    require(!early, () -> "a cycle began before its time");
    Effect first = reading(reaction.effects());
    require(
        !(settings.listReadable() && connected && hinted) || first instanceof Effect.ReadMembers,
        () -> "the member list may have changed and is not read: " + first);
    boolean atOnce = input instanceof Input.Tick && !caused;
    require(
        atOnce
            || !(first instanceof Effect.ReadSlots read)
            || read.scope() != Effect.Scope.COUNTERS,
        () -> "something changed and only counters are read");
    caused = false;
  }

  private static @Nullable Effect reading(List<Effect> effects) {
    return effects.stream()
        .filter(e -> e instanceof Effect.ReadMembers || e instanceof Effect.ReadSlots)
        .findFirst()
        .orElse(null);
  }

  private void effects(Input input, Reaction reaction, Instant now) {
    for (Effect effect : reaction.effects()) {
      switch (effect) {
        case Effect.ReadMembers read -> {
          waitsFor(read.cycle(), reaction);
          hinted = false;
        }
        case Effect.ReadSlots read -> {
          waitsFor(read.cycle(), reaction);
          scope(read, reaction.state(), now);
        }
        case Effect.SendSteps send -> {
          waitsFor(send.cycle(), reaction);
          require(
              input instanceof HaproxyInput.SlotsRead read
                  && send.steps().stream().allMatch(step -> read.snapshot().covers(step.slot())),
              () -> "steps are sent without a reading of their slots: " + send);
          var plan = reaction.state().cycle().plans().getFirst();
          planned = CompletedCycle.planned(plan);
        }
        case Effect.Save save -> actions.saved(save);
        case Effect.ReportReady _ -> {
          readyReports++;
          require(readyReports == 1, () -> "reported ready once more");
        }
        case Effect.ProbeReadiness _,
            Effect.PublishView _,
            Effect.SaveSlots _,
            Effect.RecordEvents _ -> {}
      }
    }
  }

  private void waitsFor(long cycle, Reaction reaction) {
    Long earlier = waiting;
    require(earlier == null, () -> "two cycles at once: " + earlier + " and " + cycle);
    require(cycle == reaction.state().cycle().number(), () -> "an effect of cycle " + cycle);
    waiting = cycle;
  }

  private void scope(Effect.ReadSlots read, State after, Instant now) {
    Instant last = after.haproxy().lastCompleteReadAt();
    require(
        read.scope() == Effect.Scope.ALL
            || (last != null && now.isBefore(last.plus(settings.haproxyResync()))),
        () -> "a complete reading is due since " + last);
  }

  private void completed(
      State before, Input input, Reaction reaction, boolean awaited, Instant now) {
    CompletedCycle done = awaited ? CompletedCycle.of(before, input, reaction, now) : null;
    if (done != null) {
      cycles++;
      boolean busy = !done.steps().isEmpty() || !done.before().equals(done.after());
      busyCycles += busy ? 1 : 0;
      atRest = !busy;
      world.rules.after(done);
    }
  }

  /** Between two cycles nothing waits that the next one has to see before its time. */
  private void idle(State before, State after, Instant now) {
    if (after.cycle().phase() != Cycle.Phase.IDLE) {
      return;
    }
    require(!caused, () -> "a cause without a cycle");
    Duration wait = Duration.between(now, after.cycle().nextAt());
    Duration longest =
        after.cycle().last() == NextRun.AT_REST ? settings.haproxyPoll() : Duration.ofSeconds(1);
    require(
        before.cycle().phase() == Cycle.Phase.IDLE || wait.isPositive(),
        () -> "idle, and due already");
    require(
        wait.compareTo(longest) <= 0, () -> "waits for " + wait + " after " + after.cycle().last());
  }
}
