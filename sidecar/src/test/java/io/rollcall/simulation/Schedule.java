package io.rollcall.simulation;

import static io.rollcall.simulation.Simulation.require;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.rollcall.core.control.OperatorInput;
import io.rollcall.core.model.Announcement;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.core.model.PoolState;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/** One seed's life: trouble of all kinds, then calm, in which everything must come right. */
final class Schedule {
  private static final int EVENTS = 25;
  private static final int NAMES = 7;

  /** Cycles with something to do, from the end of all faults until there is nothing to do. */
  private static final int BUSY_CYCLES = 40;

  /** Longer than any check, announcement, suspicion and drain, one after the other. */
  private static final Duration CALM = Duration.ofMinutes(3);

  private final Simulation world;
  private final Random random;

  Schedule(long seed, boolean traced) {
    this(seed, traced, WallClock.Jumps.HOURS);
  }

  Schedule(long seed, boolean traced, WallClock.Jumps jumps) {
    world = new Simulation(seed, traced, jumps);
    random = world.random;
  }

  /**
   * Fails with an AssertionError where a rule is broken; {@link #toString} tells how it came.
   *
   * @return how many cycles had something to do after the faults had stopped
   */
  @CanIgnoreReturnValue
  int run() {
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      world.cluster.start("m" + i, Hosts.at(i), Map.of());
    }
    for (int i = 0; i < EVENTS; i++) {
      world.wall.mayJump();
      event();
      world.rules.everyLine();
      Duration pause = pause();
      world.shell.slow(pause);
      world.wait(pause);
      world.wait(Duration.ofMillis(random.nextInt(300)));
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

  private void event() {
    int kind = random.nextInt(100);
    if (kind < 43) {
      backend("m" + (1 + random.nextInt(NAMES)));
    } else if (kind < 71) {
      traffic();
    } else if (kind < 76) {
      world.haproxy.hand();
    } else if (kind < 78) {
      hostileClaims();
    } else if (kind < 82) {
      action("m" + (1 + random.nextInt(NAMES)));
    } else if (kind < 84) {
      world.shell.accept(new OperatorInput.StatusViewed());
    } else if (kind < 88) {
      var files = SimulatedHaproxy.StateFile.values();
      world.haproxy.restart(files[random.nextInt(files.length)]);
    } else if (kind < 90) {
      world.socket.lose("for a moment");
    } else if (kind < 94) {
      if (world.chance(30)) {
        world.shell.crashWithout();
      } else {
        world.shell.crash();
      }
    } else if (kind < 96) {
      world.cluster.forget();
    } else if (kind < 97) {
      world.cluster.cutOff();
    } else {
      world.serf.reachable(random.nextBoolean());
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

  /** Somebody announces in the name of members, with their boots, again and again. */
  private void hostileClaims() {
    world.log(() -> "a stranger announces in the name of members");
    for (int i = 1; i <= NAMES; i++) {
      Application app = world.cluster.latest("m" + i);
      if (app != null && world.chance(80)) {
        var types = Announcement.AnnouncementType.values();
        var type = world.chance(80) ? Announcement.AnnouncementType.DRAIN : types[0];
        Duration deadline = Duration.ofSeconds(random.nextInt(20));
        world.serf.announce(type, app.member, app.boot(), deadline);
      }
    }
  }

  private void answer(String name, boolean answers) {
    Application app = world.cluster.latest(name);
    if (app != null) {
      world.log(() -> (answers ? "answers " : "hangs ") + app);
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

  private void action(String member) {
    String backend = Simulation.POLICY.backend();
    var actions = Intent.Action.values();
    world.shell.request(
        switch (random.nextInt(6)) {
          case 0 ->
              new OperatorAction.SetState(backend, member, actions[random.nextInt(actions.length)]);
          case 1 -> new OperatorAction.SetWeightTo(backend, member, 10 * random.nextInt(3));
          case 2, 3 -> new OperatorAction.ClearIntent(backend, member);
          case 4 -> new OperatorAction.Resync();
          default -> new OperatorAction.ReleaseHold(backend);
        });
  }

  /** No more faults: intents are lifted, the dead are dead, the living answer. */
  private int calm() {
    world.log(() -> "from here on all is calm");
    world.faults = false;
    world.forgetTheFuture();
    world.shell.slow(Duration.ofSeconds(5));
    world.wait(Duration.ofSeconds(10)); // what is under way ends, and the sidecar has started
    world.haproxy.requestsEnd();
    world.cluster.calm();
    world.serf.calm();
    for (int i = 0; i < 4; i++) {
      // what a person did last becomes an intent before all intents are lifted
      world.shell.request(new OperatorAction.Resync());
      world.wait(Duration.ofSeconds(1));
    }
    world.shell.liftAll();
    int before = world.shell.rules().busyCycles();
    world.wait(CALM);
    world.shell.liftAll(); // what was done to a member that was not in the list until now
    world.wait(Duration.ofMinutes(1));
    serveAll();
    world.shell.request(new OperatorAction.ReleaseHold(Simulation.POLICY.backend()));
    world.wait(CALM.dividedBy(2));
    int busy = world.shell.rules().busyCycles() - before;
    require(busy <= BUSY_CYCLES, () -> "came to rest only after " + busy + " cycles");
    serveAll();
    PoolState pool = world.shell.pool();
    require(pool.held().isEmpty() || wanted().isEmpty(), () -> "a released hold does not end");
    require(world.shell.rules().openActions() == 0, () -> "actions without an answer");
    require(world.shell.rules().readyReports() == 1, () -> "ready was not reported");
    return busy;
  }

  /** All that are wanted serve, as far as slots go, each address once; the rest stands still. */
  private void serveAll() {
    require(world.shell.rules().atRest(), () -> "does not come to rest");
    List<ServerLine> lines = world.haproxy.lines().stream().filter(ServerLine::isSlot).toList();
    List<Endpoint> serving =
        lines.stream().filter(line -> line.seen().serving()).map(line -> line.endpoint).toList();
    Set<Endpoint> wanted = wanted();
    wanted.addAll(unnamed());
    require(wanted.containsAll(serving), () -> "serves, and is not wanted: " + serving);
    wanted.removeAll(unnamed());
    require(Set.copyOf(serving).size() == serving.size(), () -> "one address twice");
    require(
        serving.size() >= Math.min(wanted.size(), capacity(lines)),
        () -> "only " + serving + " serve of " + wanted);
    for (String name : world.shell.pool().held()) {
      require(Wanted.by(world.cluster.list().get(name)) == null, () -> "held while alive: " + name);
    }
  }

  private int capacity(Collection<ServerLine> lines) {
    int configured =
        (int) lines.stream().filter(line -> line.serverId < ServerLine.GROWN_FROM).count();
    int all = world.grows ? Math.max(configured, Simulation.POLICY.growTo()) : configured;
    return all - unknown();
  }

  /** Servers found in rotation whose members no list has named: they stay. */
  private Set<Endpoint> unnamed() {
    return world.shell.pool().occupants().values().stream()
        .filter(Occupant::isUnnamed)
        .map(Occupant::endpoint)
        .collect(Collectors.toSet());
  }

  /** Slots of members that no list has named: they may still be there. */
  private int unknown() {
    return unnamed().size();
  }

  private Set<Endpoint> wanted() {
    return world.cluster.list().members().values().stream()
        .map(Wanted::by)
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }

  /** The sidecar was one process all the time. */
  boolean withoutRestart() {
    return world.shell.starts() == 1;
  }

  /** What the schedule led to, for a comparison of two runs. */
  String result() {
    return world.toString();
  }

  @Override
  public String toString() {
    return world.trace + "\n" + world;
  }
}
