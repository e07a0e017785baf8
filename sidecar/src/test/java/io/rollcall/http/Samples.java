package io.rollcall.http;

import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.ServerCounters;
import io.rollcall.core.status.BalancerState;
import io.rollcall.core.status.DrainProgress;
import io.rollcall.core.status.NextStep;
import io.rollcall.core.status.PoolProblems;
import io.rollcall.core.status.ReasonCode;
import io.rollcall.core.status.Status;
import io.rollcall.core.status.StatusProblem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Statuses to show. */
public final class Samples {
  public static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  public static final ServerCounters COUNTERS =
      new ServerCounters(300, 20, 12, 8, 1, 2, 15, 7, 3600, 4096, 65536, 5, 6, 9, 10, 3, 200, "OK");
  public static final Status.MemberRow S1 = row("s1", MemberState.SERVING);
  public static final Status.MemberRow S2 = row("s2", MemberState.SERVING);

  /** A waiting member of which nothing is known yet. */
  public static final Status.MemberRow UNKNOWN =
      new Status.MemberRow(
          "new",
          null,
          null,
          null,
          MemberState.WAITING,
          NOW.minusSeconds(3),
          "no free slot",
          false,
          null,
          MemberStatus.UNKNOWN,
          null,
          Map.of(),
          null,
          Status.SessionCounts.UNKNOWN,
          null,
          null,
          ReasonCode.MEMBER_WAITING,
          null,
          null);

  private Samples() {}

  public static Status.MemberRow row(String name, MemberState state) {
    return row(name, state, Map.of("role", "backend", "port", "3000"));
  }

  public static Status.MemberRow row(String name, MemberState state, Map<String, String> tags) {
    return row(name, state, "check passes", tags, 7);
  }

  /** A member with this reason for its state. */
  public static Status.MemberRow because(String name, String why) {
    return row(name, MemberState.SERVING, why, Map.of(), 7);
  }

  /** The same with more requests. */
  public static Status.MemberRow busier(Status.MemberRow row) {
    return row(row.name(), row.state(), row.why(), row.tags(), 9);
  }

  public static Status.MemberRow parked(String name, MemberStatus gossip) {
    Status.MemberRow row = row(name, MemberState.PARKED);
    return new Status.MemberRow(
        name,
        row.address(),
        row.port(),
        row.slot(),
        row.state(),
        row.since(),
        row.why(),
        row.held(),
        row.intent(),
        gossip,
        row.check(),
        row.tags(),
        row.weight(),
        row.sessions(),
        row.requestRate(),
        row.errors(),
        null,
        null,
        null);
  }

  /** A member that drains for 20 s at most. */
  public static Status.MemberRow draining(String name, int sessionsAtStart, int sessions) {
    Status.MemberRow row = row(name, MemberState.DRAINING);
    return new Status.MemberRow(
        name,
        row.address(),
        row.port(),
        row.slot(),
        row.state(),
        row.since(),
        row.why(),
        row.held(),
        row.intent(),
        row.gossip(),
        row.check(),
        row.tags(),
        row.weight(),
        row.sessions(),
        row.requestRate(),
        row.errors(),
        null,
        row.counters(),
        new DrainProgress(NOW.plusSeconds(20), sessionsAtStart, sessions, 1));
  }

  /** The reason of a member in this state for a while. */
  public static @Nullable ReasonCode reason(MemberState state) {
    return switch (state) {
      case DOWN -> ReasonCode.MEMBER_DOWN;
      case FAILED -> ReasonCode.MEMBER_FAILED;
      case SUSPECT -> ReasonCode.MEMBER_SUSPECT;
      case WAITING -> ReasonCode.MEMBER_WAITING;
      case REFUSED -> ReasonCode.MEMBER_REFUSED;
      case JOINING, SERVING, DRAINING, MAINT, PARKED, UNKNOWN, UNMANAGED -> null;
    };
  }

  private static Status.MemberRow row(
      String name, MemberState state, String why, Map<String, String> tags, int rate) {
    return new Status.MemberRow(
        name,
        "127.0.0.11",
        3000,
        "slot1",
        state,
        NOW.minusSeconds(90),
        why,
        false,
        null,
        MemberStatus.ALIVE,
        "L7OK",
        tags,
        100,
        new Status.SessionCounts(12, 1, 340L),
        rate,
        0L,
        reason(state),
        COUNTERS,
        null);
  }

  public static Status.PoolStatus pool(Status.MemberRow... rows) {
    return new Status.PoolStatus(
        "nodes",
        false,
        new Status.SlotCounts(64, 64 - rows.length, rows.length),
        new Status.DriftCount(0, 0),
        List.of(rows));
  }

  public static Status status(Status.MemberRow... rows) {
    return status(BalancerState.IN_SYNC, List.of(), pool(rows));
  }

  public static Status status(
      BalancerState state, List<String> reasons, Status.PoolStatus... pools) {
    return status(state, reasons, List.of(event(7, "s1"), event(8, "s2")), pools);
  }

  public static Status status(List<Status.EventRecord> events, Status.MemberRow... rows) {
    return status(BalancerState.IN_SYNC, List.of(), events, pool(rows));
  }

  private static Status status(
      BalancerState state,
      List<String> reasons,
      List<Status.EventRecord> events,
      Status.PoolStatus... pools) {
    var problems = new ArrayList<StatusProblem>();
    reasons.forEach(line -> problems.add(problem(line)));
    for (Status.PoolStatus pool : pools) {
      problems.addAll(PoolProblems.of(pool, NextStep.alone(List.of(pools), true), NOW));
    }
    return new Status(
        NOW,
        new Status.Balancer("ha", "0.1.0", NOW.minusSeconds(7200), state, reasons, problems),
        new Status.SerfStatus(
            true, 3, 3, 0, 0, 0, true, true, NOW.minusSeconds(4), NOW.minusSeconds(12)),
        new Status.HaproxyStatus(true, "2.6.12", 77, 10_800L, 5, 14, 0, NOW.minusSeconds(1)),
        List.of(pools),
        List.of(new Status.PeerBalancer("ha2", "127.0.0.2", MemberStatus.ALIVE, null)),
        events,
        null);
  }

  private static StatusProblem problem(String line) {
    ReasonCode reason =
        line.startsWith("HAProxy") ? ReasonCode.HAPROXY_UNREACHABLE : ReasonCode.SERF_UNREACHABLE;
    return new StatusProblem(
        reason,
        reason.severity(),
        null,
        List.of(),
        reason.meaning(),
        line,
        NOW.minusSeconds(60),
        reason.command(),
        reason.help());
  }

  public static Status mailing(Status.MailStatus mail) {
    Status one = status(S1, S2);
    return new Status(
        NOW,
        one.balancer(),
        one.serf(),
        one.haproxy(),
        one.pools(),
        one.fleet(),
        one.events(),
        mail);
  }

  /** The same with another view of the Serf agent and of HAProxy. */
  public static Status with(Status one, Status.SerfStatus serf, Status.HaproxyStatus haproxy) {
    return new Status(
        one.at(),
        one.balancer(),
        serf,
        haproxy,
        one.pools(),
        one.fleet(),
        one.events(),
        one.mail());
  }

  public static Status.EventRecord event(long id, String member) {
    return new Status.EventRecord(
        id,
        NOW.minusSeconds(90),
        "joined",
        member,
        "nodes",
        "slot1",
        member + " serves in nodes/slot1",
        1200L);
  }
}
