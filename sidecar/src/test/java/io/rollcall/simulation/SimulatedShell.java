package io.rollcall.simulation;

import io.rollcall.core.SteadyClock;
import io.rollcall.core.control.Controller;
import io.rollcall.core.control.ControllerSettings;
import io.rollcall.core.control.Cycle;
import io.rollcall.core.control.Effect;
import io.rollcall.core.control.HaproxyInput;
import io.rollcall.core.control.Input;
import io.rollcall.core.control.OperatorInput;
import io.rollcall.core.control.Reaction;
import io.rollcall.core.control.State;
import io.rollcall.core.model.Announcements;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Readiness;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.SavedState;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The sidecar: it holds the state, gives one input after the other to the product's controller, and
 * runs the effects on simulated parts. A crash makes another process of it.
 */
final class SimulatedShell {
  private static final Duration START = Duration.ofSeconds(2);
  private static final Duration PROBE = Duration.ofMillis(100);
  private static final Duration SLOW_PROBE = Duration.ofSeconds(1);

  private final Simulation world;
  private final Controller controller;
  private final ControlRules rules;
  private SteadyClock clock;
  private State state;
  private int process;
  private int tick;
  private long requests;
  private boolean started;
  private @Nullable String view;
  private Map<Endpoint, Readiness> asked = Map.of();

  /** A tick comes late by up to this: the machine is busy, or the schedule is in a hurry. */
  private Duration lag = Duration.ZERO;

  SimulatedShell(Simulation world) {
    this.world = world;
    var settings =
        new ControllerSettings(
            List.of(Simulation.POLICY),
            world.serf.readable(),
            SimulatedSerf.RESYNC,
            Duration.ofSeconds(30),
            Duration.ofSeconds(90));
    this.controller = new Controller(settings);
    this.rules = new ControlRules(world, settings);
    start();
  }

  State state() {
    return state;
  }

  ControlRules rules() {
    return rules;
  }

  PoolState pool() {
    return state.saved().pool(Simulation.POLICY.backend());
  }

  /** The members as the controller knows them; null while it has read no list. */
  @Nullable Roster roster() {
    return state.members().roster();
  }

  Announcements announcements() {
    return state.members().announcements();
  }

  /** The sidecar's time for an instant of the world. */
  Instant steady(Instant instant) {
    return instant.plus(Duration.between(world.now, clock.instant()));
  }

  /** How many processes it was. */
  int starts() {
    return process;
  }

  void slow(Duration longest) {
    lag = longest;
  }

  /** The adapters run: they report changes from then on. */
  boolean started() {
    return started;
  }

  /** Schedules something that dies with this process. */
  void later(Duration wait, Runnable what) {
    int mine = process;
    world.laterInside(
        wait,
        () -> {
          if (mine == process) {
            what.run();
          }
        });
  }

  /** Gives an input to the controller and runs what follows from it. */
  void accept(Input input) {
    State before = state;
    Instant now = clock.instant();
    Reaction reaction = controller.on(before, input, now);
    state = reaction.state();
    world.log(() -> Trace.words(input, reaction));
    rules.check(before, input, reaction, now);
    reaction.effects().forEach(this::run);
    if (state.cycle().phase() != before.cycle().phase()
        || !state.cycle().nextAt().equals(before.cycle().nextAt())) {
      scheduleTick();
    }
  }

  /** An operator requests an action; it is answered later, unless the sidecar crashes before. */
  void request(OperatorAction action) {
    var requested = new OperatorInput.ActionRequested(++requests, action, "a test");
    rules.requested(requested);
    accept(requested);
  }

  /** The intents of all are taken back. */
  void liftAll() {
    for (String member : new TreeMap<>(pool().intents()).keySet()) {
      request(new OperatorAction.ClearIntent(Simulation.POLICY.backend(), member));
    }
  }

  /** Killed at any point, and started again; what was saved is there. */
  void crash() {
    world.log(() -> "the sidecar crashes in " + state.cycle().phase());
    world.socket.crash();
    world.disk.crash();
    restart(world.disk.content());
  }

  /** Killed, and {@code state.dir} is lost. */
  void crashWithout() {
    world.log(() -> "the sidecar crashes, its state is lost");
    world.socket.crash();
    world.disk.lose();
    restart(SavedState.EMPTY);
  }

  private void restart(SavedState found) {
    if (!found.equals(state.saved())) {
      world.rules.forget(world.disk.known());
    }
    start();
  }

  private void start() {
    process++;
    started = false;
    view = null;
    asked = Map.of();
    clock = new SteadyClock(world.wall, this::nanos);
    state = State.initial(clock.instant());
    rules.restarted();
    later(
        world.upTo(START),
        () -> {
          started = true;
          accept(new Input.StateLoaded(world.disk.content()));
          world.serf.start();
          world.socket.start();
        });
  }

  private long nanos() {
    return Duration.between(Simulation.BEGINNING, world.now).toNanos();
  }

  private void scheduleTick() {
    int mine = ++tick;
    if (state.cycle().phase() == Cycle.Phase.IDLE) {
      Duration left = Duration.between(clock.instant(), state.cycle().nextAt());
      Duration late = world.chance(15) ? Duration.ZERO : world.upTo(lag);
      later(
          left.plus(late),
          () -> {
            if (mine == tick) {
              accept(new Input.Tick());
            }
          });
    }
  }

  /** Without these the shell keeps no promise at all, whatever the controller does. */
  private static boolean mayThrow(Effect effect) {
    return !(effect instanceof Effect.Save) && !(effect instanceof Effect.ReportReady);
  }

  private void run(Effect effect) {
    if (world.faults && world.random.nextInt(2_000) == 0 && mayThrow(effect)) {
      // what was thrown is reported like the result of the effect
      later(Duration.ZERO, () -> accept(new Input.Failed("an effect could not be run")));
      rules.notRun(effect);
      return;
    }
    switch (effect) {
      case Effect.ReadMembers read -> world.serf.read(read);
      case Effect.ReadSlots read -> world.socket.read(read);
      case Effect.SendSteps send -> world.socket.send(send);
      case Effect.ProbeReadiness(var applications) -> ask(applications);
      case Effect.PublishView publish -> {
        if (!publish.view().equals(view)) {
          view = publish.view();
          world.serf.memberEvent(SimulatedCluster.SELF);
        }
      }
      case Effect.Save save -> world.disk.save(save);
      case Effect.SaveSlots _ -> world.disk.saveSlots();
      case Effect.RecordEvents _, Effect.ReportReady _ -> {}
    }
  }

  /** Each is asked again and again until it answers or is no longer to be asked. */
  private void ask(Map<Endpoint, Readiness> applications) {
    Map<Endpoint, Readiness> before = asked;
    asked = applications;
    applications.keySet().stream()
        .filter(endpoint -> !before.containsKey(endpoint))
        .sorted(Comparator.comparing(Endpoint::toString)) // the same seed, the same schedule
        .forEach(this::probe);
  }

  /** The answer may be late, and there may be none. */
  private void probe(Endpoint endpoint) {
    later(
        world.fault(10) ? SLOW_PROBE : world.upTo(PROBE),
        () -> {
          Application app = world.at(endpoint);
          if (!asked.containsKey(endpoint)) {
            return;
          }
          if (app != null && app.answers) {
            rules.ready(endpoint);
            accept(new HaproxyInput.ApplicationAnswered(endpoint, true));
          } else if (world.chance(2)) {
            accept(new HaproxyInput.ApplicationAnswered(endpoint, false));
          } else {
            probe(endpoint);
          }
        });
  }
}
