package io.rollcall.status;

import io.rollcall.core.BalancerState;
import io.rollcall.core.Gossip;
import io.rollcall.core.MemberState;
import io.rollcall.core.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Statuses to show. */
final class Samples {
  static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  static final Status.Row S1 = row("s1", MemberState.SERVING);
  static final Status.Row S2 = row("s2", MemberState.SERVING);

  /** A waiting member of which nothing is known yet. */
  static final Status.Row UNKNOWN =
      new Status.Row(
          "new",
          null,
          null,
          null,
          MemberState.WAITING,
          NOW.minusSeconds(3),
          "no free slot",
          false,
          null,
          Gossip.UNKNOWN,
          null,
          Map.of(),
          null,
          Status.Sessions.UNKNOWN,
          null,
          null);

  private Samples() {}

  static Status.Row row(String name, MemberState state) {
    return row(name, state, Map.of("role", "backend", "port", "3000"));
  }

  static Status.Row row(String name, MemberState state, Map<String, String> tags) {
    return row(name, state, "check passes", tags, 7);
  }

  /** A member with this reason for its state. */
  static Status.Row because(String name, String why) {
    return row(name, MemberState.SERVING, why, Map.of(), 7);
  }

  /** The same with more requests. */
  static Status.Row busier(Status.Row row) {
    return row(row.name(), row.state(), row.why(), row.tags(), 9);
  }

  static Status.Row parked(String name, Gossip gossip) {
    Status.Row row = row(name, MemberState.PARKED);
    return new Status.Row(
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
        row.errors());
  }

  private static Status.Row row(
      String name, MemberState state, String why, Map<String, String> tags, int rate) {
    return new Status.Row(
        name,
        "127.0.0.11",
        3000,
        "slot1",
        state,
        NOW.minusSeconds(90),
        why,
        false,
        null,
        Gossip.ALIVE,
        "L7OK",
        tags,
        100,
        new Status.Sessions(12, 1, 340L),
        rate,
        0L);
  }

  static Status.Pool pool(Status.Row... rows) {
    return new Status.Pool(
        "nodes",
        false,
        new Status.Slots(64, 64 - rows.length, rows.length),
        new Status.Drift(0, 0),
        List.of(rows));
  }

  static Status status(Status.Row... rows) {
    return status(BalancerState.IN_SYNC, List.of(), pool(rows));
  }

  static Status status(BalancerState state, List<String> reasons, Status.Pool... pools) {
    return status(state, reasons, List.of(event(7, "s1"), event(8, "s2")), pools);
  }

  static Status status(List<Status.Event> events, Status.Row... rows) {
    return status(BalancerState.IN_SYNC, List.of(), events, pool(rows));
  }

  private static Status status(
      BalancerState state, List<String> reasons, List<Status.Event> events, Status.Pool... pools) {
    return new Status(
        new Status.Balancer("ha", "0.1.0", NOW.minusSeconds(7200), state, reasons),
        new Status.Serf(true, 3, 3, 0, 0, 0, NOW.minusSeconds(4), NOW.minusSeconds(12)),
        new Status.Haproxy(true, "2.6.12", 77, 10_800L, 5, 14, 0, NOW.minusSeconds(1)),
        List.of(pools),
        List.of(new Status.Peer("ha2", "127.0.0.2", Gossip.ALIVE, null)),
        events);
  }

  static Status mailing(Status.Mail mail) {
    Status one = status(S1, S2);
    return new Status(
        one.balancer(), one.serf(), one.haproxy(), one.pools(), one.fleet(), one.events(), mail);
  }

  static Status.Event event(long id, String member) {
    return new Status.Event(
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
