package io.rollcall.simulation;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Readiness;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything of one schedule as plain values: applications, Serf, HAProxy, the disk, the sidecar's
 * controller, and the rules that all of it is checked against. Time passes only in {@link #wait}.
 */
final class Simulation {
  static final PoolPolicy POLICY =
      new PoolPolicy(
              "nodes",
              Map.of("role", "backend"),
              3000,
              Duration.ofSeconds(30),
              Duration.ofSeconds(5),
              Duration.ofSeconds(60),
              0.5,
              6,
              "check")
          .with(Readiness.http("", "/health"));
  static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

  final Random random;
  final Trace trace;
  final WallClock wall;
  final Map<Endpoint, Application> applications = new HashMap<>();
  final SimulatedCluster cluster;
  final SimulatedSerf serf;
  final SimulatedHaproxy haproxy;
  final SimulatedSocket socket;
  final SimulatedDisk disk;
  final SimulatedShell shell;
  final Rules rules;

  /** HAProxy accepts more slots than it was configured with. */
  final boolean grows;

  /** Things go wrong between the sidecar and what it depends on. */
  boolean faults = true;

  /** Time that passes without a jump, of the world and of the sidecar's intervals. */
  Instant now = BEGINNING;

  private final PriorityQueue<Due> queue = new PriorityQueue<>();
  private int order;

  /**
   * Something that will happen; at one time in the order in which it was scheduled.
   *
   * @param outside it happens outside the sidecar and what the sidecar waits for
   */
  private record Due(Instant at, int order, boolean outside, Runnable what)
      implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int byTime = at.compareTo(other.at);
      return byTime != 0 ? byTime : Integer.compare(order, other.order);
    }
  }

  /**
   * A world in which nothing runs yet.
   *
   * @param jumps of the clock that people read; what it shows must not matter
   */
  Simulation(long seed, boolean traced, WallClock.Jumps jumps) {
    random = new Random(seed);
    trace = new Trace(traced);
    wall = new WallClock(this, seed, jumps);
    cluster = new SimulatedCluster(this);
    serf = new SimulatedSerf(this, random.nextInt(5) > 0);
    haproxy = new SimulatedHaproxy(this, 3 + random.nextInt(4));
    grows = random.nextBoolean();
    socket = new SimulatedSocket(this);
    disk = new SimulatedDisk(this);
    rules = new Rules(this);
    shell = new SimulatedShell(this);
  }

  boolean chance(int inHundred) {
    return random.nextInt(100) < inHundred;
  }

  /** The chance of something that goes wrong; none once all is calm. */
  boolean fault(int inHundred) {
    return faults && chance(inHundred);
  }

  /** A time from nothing to this. */
  Duration upTo(Duration longest) {
    return Duration.ofMillis(random.nextInt((int) longest.toMillis() + 1));
  }

  /** Schedules what happens outside the sidecar. */
  void later(Duration wait, Runnable what) {
    queue.add(new Due(now.plus(wait), order++, true, what));
  }

  /** Schedules what the sidecar waits for; it happens also after {@link #forgetTheFuture}. */
  void laterInside(Duration wait, Runnable what) {
    queue.add(new Due(now.plus(wait), order++, false, what));
  }

  /** Nothing of what was to come outside the sidecar will. */
  void forgetTheFuture() {
    queue.removeIf(Due::outside);
  }

  void wait(Duration time) {
    Instant end = now.plus(time);
    for (Due next = queue.peek(); next != null && !next.at().isAfter(end); next = queue.peek()) {
      queue.remove();
      now = next.at();
      haproxy.check();
      next.what().run();
      rules.everyLine();
    }
    now = end;
    haproxy.check();
    rules.everyLine();
  }

  @Nullable Application at(@Nullable Endpoint endpoint) {
    return endpoint == null ? null : applications.get(endpoint);
  }

  void log(Supplier<String> event) {
    trace.add(now, event);
  }

  static void require(boolean holds, Supplier<String> rule) {
    if (!holds) {
      throw new AssertionError(rule.get());
    }
  }

  /** The present state, for a person who reads a failure. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    PoolState pool = shell.pool();
    haproxy
        .lines()
        .forEach(line ->
            text.append("\n  ")
                .append(line)
                .append("\n    ")
                .append(pool.occupants().get(line.id)));
    text.append("\n  waiting ").append(pool.waiting());
    text.append("\n  held ").append(pool.held()).append(", known ").append(pool.known());
    text.append("\n  intents ").append(pool.intents());
    text.append("\n  members ").append(shell.state().members());
    text.append("\n  cycle ").append(shell.state().cycle());
    text.append("\n  health ").append(shell.state().health());
    text.append("\n  refused ").append(shell.state().refused());
    text.append("\n  running ").append(applications.values());
    return text.toString();
  }
}
