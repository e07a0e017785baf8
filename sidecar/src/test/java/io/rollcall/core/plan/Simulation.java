package io.rollcall.core.plan;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.PoolState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All of one schedule as plain values: applications, their gossip, what the sidecar hears of it,
 * HAProxy, the sidecar, and the rules that all of it is held against. Its clock moves when told to.
 */
public final class Simulation {
  public static final PoolPolicy POLICY = ModelPool.growingTo(6);
  public static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

  final Random random;
  final Trace trace;
  final Map<Endpoint, Application> applications = new HashMap<>();
  final SimulatedCluster cluster;
  final SimulatedSerf hearsay;
  final SimulatedHaproxy haproxy;
  final SimulatedSidecar sidecar;
  final Rules rules;

  /** HAProxy can be given more slots. */
  final boolean grows;

  Instant now = BEGINNING;
  private final PriorityQueue<Ahead> ahead = new PriorityQueue<>();
  private int order;

  /** Something that will happen; at one time in the order it was begun. */
  private record Ahead(Instant at, int order, Runnable what) implements Comparable<Ahead> {
    @Override
    public int compareTo(Ahead other) {
      int byTime = at.compareTo(other.at);
      return byTime != 0 ? byTime : Integer.compare(order, other.order);
    }
  }

  Simulation(long seed, boolean traced) {
    random = new Random(seed);
    trace = new Trace(traced);
    cluster = new SimulatedCluster(this);
    hearsay = new SimulatedSerf(this, random.nextInt(5) > 0);
    haproxy = new SimulatedHaproxy(this, 3 + random.nextInt(4));
    sidecar = new SimulatedSidecar(this);
    rules = new Rules(this);
    grows = random.nextBoolean();
  }

  boolean chance(int inHundred) {
    return random.nextInt(100) < inHundred;
  }

  /** A time from nothing to this. */
  Duration upTo(Duration longest) {
    return Duration.ofMillis(random.nextInt((int) longest.toMillis() + 1));
  }

  void later(Duration wait, Runnable what) {
    ahead.add(new Ahead(now.plus(wait), order++, what));
  }

  /** Nothing of what was to come will. */
  void forgetTheFuture() {
    ahead.clear();
  }

  void wait(Duration time) {
    Instant end = now.plus(time);
    for (Ahead next = ahead.peek(); next != null && !next.at().isAfter(end); next = ahead.peek()) {
      ahead.remove();
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

  void tell(Supplier<String> event) {
    trace.add(now, event);
  }

  static void require(boolean holds, Supplier<String> rule) {
    if (!holds) {
      throw new AssertionError(rule.get());
    }
  }

  /** Where all stands, for who reads a failure. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    PoolState memory = sidecar.pool();
    haproxy
        .lines()
        .forEach(line ->
            text.append("\n  ")
                .append(line)
                .append("\n    ")
                .append(memory.occupants().get(line.id)));
    text.append("\n  waiting ").append(memory.waiting());
    text.append("\n  held ").append(memory.held()).append(", known ").append(memory.known());
    text.append("\n  intents ").append(memory.intents());
    text.append("\n  heard ").append(hearsay.roster());
    text.append("\n  running ").append(applications.values());
    return text.toString();
  }
}
