package io.rollcall.core.plan;

import static io.rollcall.core.plan.Simulation.require;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/** One seed's life: trouble of all kinds, then calm, in which everything must come right. */
final class Schedule {
  private static final int EVENTS = 40;
  private static final int NAMES = 7;

  /** Passes with something to do, from the end of all faults until there is nothing to do. */
  private static final int PASSES = 40;

  /** Longer than any check, claim, suspicion and drain, one after the other. */
  private static final Duration CALM = Duration.ofMinutes(3);

  private final Simulation world;
  private final Random random;

  Schedule(long seed, boolean traced) {
    world = new Simulation(seed, traced);
    random = world.random;
  }

  /**
   * Fails with an AssertionError where a rule is broken; {@link #toString} tells how it came.
   *
   * @return how many passes had something to do after the faults had stopped
   */
  @CanIgnoreReturnValue
  int run() {
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      world.cluster.start("m" + i, Hosts.at(i), Map.of());
    }
    for (int i = 0; i < EVENTS; i++) {
      event();
      world.rules.everyLine();
      world.wait(pause());
      for (int passes = random.nextInt(4); passes > 0; passes--) {
        world.sidecar.pass(fault());
        world.wait(Duration.ofMillis(random.nextInt(300)));
      }
    }
    return calm();
  }

  private Duration pause() {
    return switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> Duration.ofMillis(random.nextInt(500));
      case 4, 5, 6, 7 -> Duration.ofMillis(random.nextInt(5_000));
      case 8, 9, 10 -> Duration.ofSeconds(random.nextInt(70));
      default -> world.chance(10) ? Duration.ofMinutes(61) : Duration.ZERO;
    };
  }

  private SimulatedSidecar.Fault fault() {
    return switch (random.nextInt(20)) {
      case 0 -> SimulatedSidecar.Fault.READ;
      case 1 -> SimulatedSidecar.Fault.BREAKS;
      case 2 -> SimulatedSidecar.Fault.REPLY;
      case 3 -> SimulatedSidecar.Fault.REFUSED;
      default -> SimulatedSidecar.Fault.NONE;
    };
  }

  private void event() {
    int kind = random.nextInt(100);
    if (kind < 45) {
      backend("m" + (1 + random.nextInt(NAMES)));
    } else if (kind < 75) {
      traffic();
    } else if (kind < 80) {
      world.haproxy.hand();
    } else if (kind < 86) {
      order("m" + (1 + random.nextInt(NAMES)));
    } else if (kind < 90) {
      var files = SimulatedHaproxy.StateFile.values();
      world.haproxy.restart(files[random.nextInt(files.length)]);
    } else if (kind < 94) {
      restartSidecar();
    } else if (kind < 96) {
      world.cluster.forget();
    } else if (kind < 97) {
      world.cluster.cutOff();
    } else {
      world.hearsay.connected(random.nextBoolean());
    }
  }

  private void backend(String name) {
    int own = name.charAt(1) - '0';
    int host = world.chance(70) ? own : 1 + random.nextInt(NAMES);
    switch (random.nextInt(14)) {
      case 0, 1, 2 -> world.cluster.start(name, Hosts.at(host), Map.of());
      case 3 -> world.cluster.start(name, Hosts.at(host), Map.of("state", "starting"));
      case 4 -> world.cluster.start(name, Hosts.otherPort(host), Map.of("maxconn", "2"));
      case 5 -> world.cluster.crash(name);
      case 6 -> world.cluster.restart(name);
      case 7 -> world.cluster.loseAgent(name);
      case 8 -> world.cluster.agentReturns(name);
      case 9, 10 -> world.cluster.leave(name, Duration.ofSeconds(random.nextInt(20)));
      case 11 -> world.cluster.vanish(name);
      case 12 -> answer(name, random.nextBoolean());
      default -> retag(name);
    }
  }

  private void answer(String name, boolean answers) {
    Application app = world.cluster.latest(name);
    if (app != null) {
      world.tell(() -> (answers ? "answers " : "hangs ") + app);
      app.answers = answers;
    }
  }

  private void retag(String name) {
    switch (random.nextInt(6)) {
      case 0 -> world.cluster.retag(name, "weight", Wanted.NONSENSE);
      case 1 -> world.cluster.retag(name, "role", random.nextBoolean() ? "other" : "backend");
      case 2 -> world.cluster.retag(name, "state", "ready");
      case 3 ->
          world.cluster.retag(
              name, "maxconn", random.nextInt(5) == 0 ? Wanted.NONSENSE : "" + random.nextInt(3));
      default -> world.cluster.retag(name, "weight", "" + 50 * random.nextInt(3));
    }
  }

  private void traffic() {
    for (int i = random.nextInt(6); i > 0; i--) {
      if (random.nextBoolean()) {
        world.haproxy.request();
      } else {
        world.haproxy.requestEnds();
      }
    }
  }

  private void order(String member) {
    String backend = Simulation.POLICY.backend();
    var actions = Intent.Action.values();
    world.sidecar.obey(
        switch (random.nextInt(5)) {
          case 0 ->
              new OperatorAction.SetState(backend, member, actions[random.nextInt(actions.length)]);
          case 1 -> new OperatorAction.SetWeightTo(backend, member, 10 * random.nextInt(3));
          case 2, 3 -> new OperatorAction.ClearIntent(backend, member);
          default -> new OperatorAction.ReleaseHold(backend);
        });
  }

  private void restartSidecar() {
    if (world.chance(30)) {
      world.sidecar.restartWithout();
    } else {
      world.sidecar.restart();
    }
  }

  /** No more faults: what was decided by hand is lifted, the dead are dead, the living answer. */
  private int calm() {
    world.tell(() -> "from here on all is calm");
    world.forgetTheFuture();
    world.haproxy.requestsEnd();
    world.cluster.calm();
    world.hearsay.calm();
    for (int i = 0; i < 4; i++) {
      // what a person did last becomes an intent before all intents are lifted
      world.sidecar.pass(SimulatedSidecar.Fault.NONE);
    }
    world.sidecar.liftAll();
    int passes = rest();
    serveAll();
    world.sidecar.obey(new OperatorAction.ReleaseHold(Simulation.POLICY.backend()));
    int more = passes + rest();
    require(more <= PASSES, () -> "came to rest only after " + more + " passes");
    serveAll();
    PoolState memory = world.sidecar.pool();
    require(memory.held().isEmpty() || wanted().isEmpty(), () -> "a released hold does not end");
    return more;
  }

  /** As many passes as anything may take; returns how many of them had something to do. */
  private int rest() {
    Instant end = world.now.plus(CALM);
    int busy = 0;
    while (world.now.isBefore(end)) {
      var turn = world.sidecar.pass(SimulatedSidecar.Fault.NONE);
      boolean settled = turn == SimulatedSidecar.Turn.SETTLED;
      busy += settled ? 0 : 1;
      world.wait(settled ? Duration.ofSeconds(30) : Duration.ofMillis(100));
    }
    return busy;
  }

  /** All that are wanted serve, as far as slots go, each address once; the rest stands still. */
  private void serveAll() {
    PlannerInput view = world.sidecar.view();
    require(Planner.plan(view).settled(view.memory()), () -> "does not come to rest");
    List<Endpoint> serving =
        view.slots().values().stream().filter(Slot::serving).map(Slot::endpoint).toList();
    Set<Endpoint> wanted = wanted();
    require(wanted.containsAll(serving), () -> "somebody serves whom nobody wants");
    require(Set.copyOf(serving).size() == serving.size(), () -> "one address twice");
    require(
        serving.size() == Math.min(wanted.size(), capacity(view)),
        () -> "only " + serving + " serve of " + wanted);
    for (String name : view.memory().held()) {
      require(
          Wanted.by(world.cluster.heard().get(name)) == null, () -> "held while alive: " + name);
    }
  }

  private int capacity(PlannerInput view) {
    int configured =
        (int) view.slots().values().stream().filter(s -> s.serverId() < Growth.IDS_FROM).count();
    return world.grows ? Math.max(configured, Simulation.POLICY.growTo()) : configured;
  }

  private Set<Endpoint> wanted() {
    return world.cluster.heard().members().values().stream()
        .map(Wanted::by)
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }

  @Override
  public String toString() {
    return world.trace + "\n" + world;
  }
}
