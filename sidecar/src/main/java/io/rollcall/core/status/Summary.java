package io.rollcall.core.status;

import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * The first line of the page and of the text: {@code nodes: 1 of 2 up, s2 down (L4CON, 12 s)}. What
 * is wrong comes first. Contains foreign text.
 */
public final class Summary {
  /** Members named for each pool. */
  private static final int NAMED = 3;

  private Summary() {}

  /** The line for this status. */
  public static String of(Status status) {
    var parts = new ArrayList<String>();
    if (status.balancer().state() != BalancerState.IN_SYNC) {
      List<String> reasons = ownReasons(status);
      parts.add(
          Format.name(status.balancer().state())
              + (reasons.isEmpty() ? "" : ": " + String.join("; ", reasons)));
    }
    Stream.concat(
            status.pools().stream().filter(pool -> !complete(pool)),
            status.pools().stream().filter(Summary::complete))
        .map(pool -> pool(pool, status))
        .forEach(parts::add);
    return String.join("; ", parts);
  }

  /** The reasons that do not concern a pool: what is wrong in the pools follows anyway. */
  private static List<String> ownReasons(Status status) {
    var ofPools = new HashSet<String>();
    status.pools().forEach(pool -> ofPools.addAll(PoolReasons.of(pool)));
    return status.balancer().reasons().stream().filter(line -> !ofPools.contains(line)).toList();
  }

  private static String pool(Status.PoolStatus pool, Status status) {
    if (!pool.known()) {
      return pool.backend() + ": status unknown (" + whyUnknown(status.haproxy()) + ")";
    }
    List<Status.MemberRow> members = present(pool);
    if (members.isEmpty()) {
      return pool.backend() + ": no members";
    }
    long up = members.stream().filter(row -> row.state().serves()).count();
    return "%s: %d of %d up%s"
        .formatted(pool.backend(), up, members.size(), others(members, status.at()));
  }

  private static String whyUnknown(Status.HaproxyStatus haproxy) {
    if (haproxy.reachable()) {
      return "not read from HAProxy";
    }
    Instant read = haproxy.lastReadAt();
    return read == null ? "HAProxy unreachable" : "HAProxy unreachable since " + Format.clock(read);
  }

  /** The members that are not serving, or may not serve for long. */
  private static String others(List<Status.MemberRow> members, Instant now) {
    var others = members.stream().filter(row -> row.state() != MemberState.SERVING).toList();
    var text = new StringBuilder();
    others.stream().limit(NAMED).forEach(row -> text.append(", ").append(member(row, now)));
    int more = others.size() - NAMED;
    return more > 0 ? text + " and " + more + " more" : text.toString();
  }

  private static String member(Status.MemberRow row, Instant now) {
    var details = new ArrayList<String>();
    if (row.held()) {
      details.add("held");
    }
    if (row.state() == MemberState.DOWN && row.check() != null) {
      details.add(row.check());
    }
    details.add(Format.age(row.since(), now));
    return PoolReasons.name(row) + " " + word(row) + " (" + String.join(", ", details) + ")";
  }

  private static String word(Status.MemberRow row) {
    return row.state() == MemberState.PARKED && row.gossip() == MemberStatus.FAILED
        ? "failed"
        : Format.name(row.state());
  }

  private static boolean complete(Status.PoolStatus pool) {
    List<Status.MemberRow> members = present(pool);
    return !members.isEmpty()
        && pool.known()
        && members.stream().allMatch(row -> row.state() == MemberState.SERVING);
  }

  /** The members that are here or should be; a parked member that has left is not counted. */
  private static List<Status.MemberRow> present(Status.PoolStatus pool) {
    return pool.members().stream()
        .filter(row ->
            row.state() != MemberState.PARKED
                || row.gossip() == MemberStatus.ALIVE
                || row.gossip() == MemberStatus.FAILED)
        .toList();
  }
}
