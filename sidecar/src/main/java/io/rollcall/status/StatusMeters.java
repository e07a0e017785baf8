package io.rollcall.status;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.rollcall.core.BalancerState;
import io.rollcall.core.MemberState;
import io.rollcall.core.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The status as meters. Only members that are there have any: one that goes takes its meters with
 * it, and free slots are one number. A value that is not known has no line.
 */
final class StatusMeters {
  private final Map<String, MultiGauge> gauges = new HashMap<>();
  private final MeterRegistry registry;

  /** Whose value is read last. */
  private long restarts;

  private final Map<String, Status.Drift> drifts = new HashMap<>();

  StatusMeters(MeterRegistry registry) {
    this.registry = registry;
    FunctionCounter.builder("rollcall.haproxy.restarts", this, self -> self.restarts)
        .description("Restarts of HAProxy seen since the sidecar started")
        .register(registry);
  }

  /** Takes what is known now. */
  void update(Status status) {
    restarts = status.haproxy().restartsSeen();
    set("rollcall.up", "1 while the source answers", sources(status));
    set("rollcall.state", "1 for the state the balancer is in", states(status.balancer()));
    set("rollcall.serf.members", "Members by what the gossip says", gossip(status.serf()));
    one("rollcall.serf.health.score", "The agent's own, 0 is best", status.serf().healthScore());
    Status.Haproxy haproxy = status.haproxy();
    one("rollcall.haproxy.connections", "Client connections", haproxy.currentConnections());
    one("rollcall.haproxy.request.rate", "Requests of the last second", haproxy.requestRate());
    one("rollcall.haproxy.uptime.seconds", "Since HAProxy started", haproxy.uptimeSeconds());
    if (haproxy.lastReadAt() != null) {
      double read = haproxy.lastReadAt().toEpochMilli() / 1000.0;
      one("rollcall.haproxy.last.read.timestamp.seconds", "When it was last read", read);
    }
    pools(status.pools());
    members(status.pools());
  }

  private void pools(List<Status.Pool> pools) {
    eachPool("rollcall.pool.held", "1 while a removal is held", pools, p -> p.held() ? 1 : 0);
    eachPool("rollcall.pool.slots", "Slots of the pool", pools, p -> p.slots().total());
    eachPool("rollcall.pool.slots.free", "Slots without a member", pools, p -> p.slots().free());
    eachPool("rollcall.pool.slots.used", "Slots with a member", pools, p -> p.slots().used());
    var states = new ArrayList<MultiGauge.Row<?>>();
    for (Status.Pool pool : pools) {
      for (MemberState state : MemberState.values()) {
        long count = pool.members().stream().filter(row -> row.state() == state).count();
        states.add(row(Tags.of("pool", pool.backend(), "state", Words.of(state)), count));
      }
      drift(pool);
    }
    set("rollcall.pool.members", "Members by state", states);
  }

  private void drift(Status.Pool pool) {
    if (drifts.put(pool.backend(), pool.drift()) == null) {
      count("rollcall.drift.found", "Differences nobody asked for", pool, Status.Drift::found);
      count("rollcall.drift.repaired", "Of them repaired", pool, Status.Drift::repaired);
    }
  }

  private void count(
      String name, String what, Status.Pool pool, ToDoubleFunction<Status.Drift> value) {
    FunctionCounter.builder(name, drifts, all -> value.applyAsDouble(all.get(pool.backend())))
        .description(what)
        .tag("pool", pool.backend())
        .register(registry);
  }

  private void members(List<Status.Pool> pools) {
    var info = new ArrayList<MultiGauge.Row<?>>();
    for (Status.Pool pool : pools) {
      for (Status.Row row : pool.members()) {
        Tags tags =
            tags(pool, row)
                .and(
                    "slot",
                    row.slot() == null ? "" : row.slot(),
                    "address",
                    row.address() == null ? "" : row.address(),
                    "state",
                    Words.of(row.state()),
                    "gossip",
                    Words.of(row.gossip()),
                    "check",
                    row.check() == null ? "" : row.check());
        info.add(row(tags, 1));
      }
    }
    set("rollcall.member.identity", "1, with what is known of the member as labels", info);
    eachMember("serving", "1 while it takes new sessions", pools, r -> r.state().serves() ? 1 : 0);
    eachMember("held", "1 while its removal is held", pools, r -> r.held() ? 1 : 0);
    eachMember("weight", "Weight in HAProxy", pools, Status.Row::weight);
    eachMember("sessions.sticky", "Tracked sessions", pools, r -> r.sessions().sticky());
    eachMember("requests.current", "Requests running", pools, r -> r.sessions().current());
    eachMember("sessions.served", "Since HAProxy started", pools, r -> r.sessions().total());
    eachMember("request.rate", "Requests of the last second", pools, Status.Row::requestRate);
    eachMember("errors", "Since HAProxy started", pools, Status.Row::errors);
  }

  private static Tags tags(Status.Pool pool, Status.Row row) {
    return Tags.of("pool", pool.backend(), "member", Words.visible(row.name()));
  }

  private void eachMember(
      String name,
      String what,
      List<Status.Pool> pools,
      Function<Status.Row, @Nullable Number> value) {
    var rows = new ArrayList<MultiGauge.Row<?>>();
    for (Status.Pool pool : pools) {
      for (Status.Row row : pool.members()) {
        Number number = value.apply(row);
        if (number != null) {
          rows.add(row(tags(pool, row), number));
        }
      }
    }
    set("rollcall.member." + name, what, rows);
  }

  private void eachPool(
      String name,
      String what,
      List<Status.Pool> pools,
      Function<Status.Pool, @Nullable Number> value) {
    var rows = new ArrayList<MultiGauge.Row<?>>();
    for (Status.Pool pool : pools) {
      Number number = value.apply(pool);
      if (number != null) {
        rows.add(row(Tags.of("pool", pool.backend()), number));
      }
    }
    set(name, what, rows);
  }

  private void one(String name, String what, @Nullable Number value) {
    set(name, what, value == null ? List.of() : List.of(row(Tags.empty(), value)));
  }

  private void set(String name, String what, List<? extends MultiGauge.Row<?>> rows) {
    gauges
        .computeIfAbsent(name, _ -> MultiGauge.builder(name).description(what).register(registry))
        .register(new ArrayList<>(rows), true);
  }

  private static List<MultiGauge.Row<?>> sources(Status status) {
    return List.of(
        row(Tags.of("source", "serf"), status.serf().reachable() ? 1 : 0),
        row(Tags.of("source", "haproxy"), status.haproxy().reachable() ? 1 : 0));
  }

  private static List<MultiGauge.Row<?>> states(Status.Balancer balancer) {
    var rows = new ArrayList<MultiGauge.Row<?>>();
    for (BalancerState state : BalancerState.values()) {
      rows.add(row(Tags.of("state", Words.of(state)), state == balancer.state() ? 1 : 0));
    }
    return rows;
  }

  private static List<MultiGauge.Row<?>> gossip(Status.Serf serf) {
    var rows = new ArrayList<MultiGauge.Row<?>>();
    add(rows, "alive", serf.alive());
    add(rows, "failed", serf.failed());
    add(rows, "left", serf.left());
    return rows;
  }

  private static void add(List<MultiGauge.Row<?>> rows, String gossip, @Nullable Integer count) {
    if (count != null) {
      rows.add(row(Tags.of("gossip", gossip), count));
    }
  }

  private static MultiGauge.Row<?> row(Tags tags, Number value) {
    return MultiGauge.Row.of(tags, value);
  }
}
