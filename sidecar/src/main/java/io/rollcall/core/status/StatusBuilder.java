package io.rollcall.core.status;

import io.rollcall.core.Component;
import io.rollcall.core.control.ControllerSettings;
import io.rollcall.core.control.Cycle;
import io.rollcall.core.control.HaproxyState;
import io.rollcall.core.control.Membership;
import io.rollcall.core.control.NextRun;
import io.rollcall.core.control.PlannerInputs;
import io.rollcall.core.control.State;
import io.rollcall.core.model.AgentSecurity;
import io.rollcall.core.model.ConfigurationFinding;
import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.OldWorker;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.plan.Planner;
import io.rollcall.core.plan.PlannerInput;
import io.rollcall.core.plan.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Builds the status of a state. The values of a source that is unreachable are null. */
public final class StatusBuilder {
  private final ControllerSettings settings;
  private final String version;
  private final Instant startedAt;
  private final UnaryOperator<Instant> wall;

  /**
   * @param startedAt on the steady clock, as all times of the state
   * @param wall converts a steady time to the wall clock's
   */
  public StatusBuilder(
      ControllerSettings settings, String version, Instant startedAt, UnaryOperator<Instant> wall) {
    this.settings = settings;
    this.version = version;
    this.startedAt = startedAt;
    this.wall = wall;
  }

  /**
   * The status at this instant. All its times but those of the events are converted with the same
   * offset, so that ages do not depend on how the wall clock is set.
   *
   * @param events the newest events, oldest first
   * @param mail null if no mail is configured
   */
  public Status build(
      State state, List<Status.EventRecord> events, Status.@Nullable MailStatus mail, Instant now) {
    Duration offset = Duration.between(now, wall.apply(now));
    UnaryOperator<Instant> shown = time -> time.plus(offset);
    boolean reachable = reachable(state);
    Membership members = state.members();
    Roster known = reachable ? members.roster() : null;
    List<PlannerInput> views =
        settings.pools().stream().map(pool -> PlannerInputs.of(state, pool, known, now)).toList();
    List<Status.PoolStatus> pools = views.stream().map(view -> pool(state, view, shown)).toList();
    List<ConfigurationFinding> findings =
        PoolConfiguration.findings(state.haproxy(), views, members.roster());
    List<StatusProblem> problems =
        Problems.of(state.health(), findings, pools, reachable, shown.apply(startedAt), shown);
    boolean troubled =
        !state.health().lines().isEmpty()
            || findings.stream().anyMatch(PoolConfiguration::degrades)
            || views.stream()
                .anyMatch(
                    view -> view.memory().occupants().values().stream().anyMatch(view::isLate));
    return new Status(
        shown.apply(now),
        new Status.Balancer(
            members.self(),
            version,
            shown.apply(startedAt),
            BalancerState.of(pools, troubled, moving(state.cycle())),
            Problems.reasons(problems, findings, pools),
            problems),
        serf(members, reachable, known, shown),
        haproxy(state.haproxy(), shown),
        pools,
        Fleet.of(members.roster(), members.self(), members.connected() ? members.view() : null),
        events,
        mail);
  }

  /** The last member list stays in effect while its source is unreachable, but is not shown. */
  private boolean reachable(State state) {
    return settings.listReadable()
        ? state.members().connected()
        : state.health().line(Component.PIPE) == null;
  }

  private static boolean moving(Cycle cycle) {
    return !cycle.converged() || cycle.last() == NextRun.AT_ONCE;
  }

  private static Status.PoolStatus pool(
      State state, PlannerInput view, UnaryOperator<Instant> shown) {
    boolean read = state.haproxy().slots(view.policy().backend()) != null;
    Status.PoolStatus pool = PoolStatusBuilder.of(view, read, state.drains());
    return new Status.PoolStatus(
        pool.backend(),
        pool.held(),
        pool.slots(),
        pool.drift(),
        pool.members().stream()
            .map(row ->
                RowCopy.at(row, time -> shown.apply(since(row, time, state.haproxy().run()))))
            .toList(),
        pool.others(),
        view.policy().observe(),
        view.policy().observe() ? planned(view) : List.of());
  }

  /** What an observed pool would be sent, while both sides are known. */
  private static List<String> planned(PlannerInput view) {
    return view.roster() == null || view.slots().isEmpty()
        ? List.of()
        : Planner.plan(view).transitions().stream().map(Transition::toLine).toList();
  }

  /** A server that is not a slot is as it is since the process started, as far as is known. */
  private static Instant since(
      Status.MemberRow row, Instant time, SavedState.@Nullable ProcessRun run) {
    boolean server = row.state() == MemberState.UNMANAGED && row.slot() != null;
    return server && run != null ? run.startedAt() : time;
  }

  private static Status.SerfStatus serf(
      Membership members, boolean reachable, @Nullable Roster known, UnaryOperator<Instant> shown) {
    AgentSecurity security = members.connected() ? members.security() : null;
    return new Status.SerfStatus(
        reachable,
        known == null ? null : known.members().size(),
        known == null ? null : known.count(MemberStatus.ALIVE),
        known == null ? null : known.count(MemberStatus.FAILED),
        known == null ? null : known.count(MemberStatus.LEFT) + known.count(MemberStatus.LEAVING),
        members.connected() ? members.healthScore() : null,
        security == null ? null : security.encrypted(),
        security == null ? null : security.rpcKey(),
        time(members.lastEventAt(), shown),
        time(members.lastReadAt(), shown));
  }

  private static Status.HaproxyStatus haproxy(HaproxyState haproxy, UnaryOperator<Instant> shown) {
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
        time(haproxy.lastReadAt(), shown),
        haproxy.reachable() && haproxy.snapshot() != null
            ? haproxy.snapshot().oldWorkers().stream().map(OldWorker::pid).toList()
            : List.of());
  }

  private static @Nullable Instant time(@Nullable Instant steady, UnaryOperator<Instant> shown) {
    return steady == null ? null : shown.apply(steady);
  }
}
