package io.rollcall.core.status;

import io.rollcall.core.Component;
import io.rollcall.core.control.ControllerSettings;
import io.rollcall.core.control.Cycle;
import io.rollcall.core.control.HaproxyState;
import io.rollcall.core.control.Membership;
import io.rollcall.core.control.NextRun;
import io.rollcall.core.control.PlannerInputs;
import io.rollcall.core.control.State;
import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.Roster;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The status that a state shows. Facts of a source that does not answer now are null. */
public final class StatusBuilder {
  private final ControllerSettings settings;
  private final String version;
  private final Instant startedAt;
  private final UnaryOperator<Instant> wall;

  /**
   * @param startedAt by the wall clock
   * @param wall converts a time of the state to the wall clock
   */
  public StatusBuilder(
      ControllerSettings settings, String version, Instant startedAt, UnaryOperator<Instant> wall) {
    this.settings = settings;
    this.version = version;
    this.startedAt = startedAt;
    this.wall = wall;
  }

  /**
   * The status at this instant.
   *
   * @param events the newest, oldest first
   * @param mail null where no mail is sent
   */
  public Status build(
      State state, List<Status.EventRecord> events, Status.@Nullable MailStatus mail, Instant now) {
    boolean reachable = reachable(state);
    Membership members = state.members();
    Roster known = reachable ? members.roster() : null;
    List<Status.PoolStatus> pools =
        settings.pools().stream().map(pool -> pool(state, pool, known, now)).toList();
    var reasons = new ArrayList<>(state.health().lines());
    pools.forEach(pool -> reasons.addAll(PoolReasons.of(pool)));
    return new Status(
        wall.apply(now),
        new Status.Balancer(
            members.self(),
            version,
            startedAt,
            BalancerState.of(pools, !state.health().lines().isEmpty(), moving(state.cycle())),
            reasons),
        serf(members, reachable, known),
        haproxy(state.haproxy()),
        pools,
        Fleet.of(members.roster(), members.self(), members.connected() ? members.view() : null),
        events,
        mail);
  }

  /** The last list is still acted upon while the source does not answer, but not shown. */
  private boolean reachable(State state) {
    return settings.listReadable()
        ? state.members().connected()
        : state.health().line(Component.PIPE) == null;
  }

  private static boolean moving(Cycle cycle) {
    return !cycle.converged() || cycle.last() == NextRun.AT_ONCE;
  }

  private Status.PoolStatus pool(
      State state, PoolPolicy policy, @Nullable Roster roster, Instant now) {
    Status.PoolStatus pool = PoolStatusBuilder.of(PlannerInputs.of(state, policy, roster, now));
    return new Status.PoolStatus(
        pool.backend(),
        pool.held(),
        pool.slots(),
        pool.drift(),
        pool.members().stream().map(row -> row.since(wall.apply(row.since()))).toList());
  }

  private Status.SerfStatus serf(Membership members, boolean reachable, @Nullable Roster known) {
    return new Status.SerfStatus(
        reachable,
        known == null ? null : known.members().size(),
        known == null ? null : known.count(MemberStatus.ALIVE),
        known == null ? null : known.count(MemberStatus.FAILED),
        known == null ? null : known.count(MemberStatus.LEFT) + known.count(MemberStatus.LEAVING),
        members.connected() ? members.healthScore() : null,
        time(members.lastEventAt()),
        time(members.lastReadAt()));
  }

  private Status.HaproxyStatus haproxy(HaproxyState haproxy) {
    HaproxyInfo info =
        haproxy.reachable() && haproxy.snapshot() != null ? haproxy.snapshot().info() : null;
    return new Status.HaproxyStatus(
        haproxy.reachable(),
        info == null ? null : info.version(),
        info == null ? null : info.pid(),
        info == null ? null : info.uptimeSeconds(),
        info == null ? null : info.currentConnections(),
        info == null ? null : info.requestRate(),
        haproxy.restarts(),
        time(haproxy.lastReadAt()));
  }

  private @Nullable Instant time(@Nullable Instant steady) {
    return steady == null ? null : wall.apply(steady);
  }
}
