package io.rollcall.alert;

import io.rollcall.core.model.MemberState;
import io.rollcall.core.status.PoolStatusBuilder;
import io.rollcall.core.status.ReasonCode;
import io.rollcall.core.status.Status;
import io.rollcall.core.status.Status.MemberRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What fails in one pool that was read, and what does not. */
final class PoolFindings {
  private static final int MAX_NAMES = 3;

  /** A share times a count may be a little more than the whole number that it stands for. */
  private static final double ROUNDING = 1e-9;

  private final String pool;
  private final List<MemberRow> rows;
  private final int others;
  private final boolean serfReachable;
  private final Instant now;
  private final Map<AlertKey, Finding> failing = new TreeMap<>();
  private final Map<AlertKey, Resolution> healthy = new TreeMap<>();

  /**
   * @param holdBelow share of the servers below which the capacity is low
   */
  PoolFindings(Status.PoolStatus status, double holdBelow, boolean serfReachable, Instant now) {
    this.pool = status.backend();
    this.rows =
        PoolStatusBuilder.managed(status).stream()
            .filter(row -> !PoolStatusBuilder.isNotPutIn(status, row))
            .toList();
    this.others = status.others();
    this.serfReachable = serfReachable;
    this.now = now;
    capacity(holdBelow);
    Integer free = status.slots().free();
    boolean full = free != null && free == 0;
    put(AlertKind.REMOVALS_HELD, held(), "removals no longer held");
    put(AlertKind.NO_FREE_SLOT, full ? waiting() : null, "no member waiting for a slot");
    rows.forEach(this::member);
  }

  Map<AlertKey, Finding> failing() {
    return failing;
  }

  Map<AlertKey, Resolution> healthy() {
    return healthy;
  }

  /**
   * What only the gossip shows while Serf is unreachable; and whether a pool without a server up
   * has recovered: the members that it misses may be forgotten by now.
   */
  Set<AlertKey> unknown() {
    var unknown = new HashSet<AlertKey>();
    boolean served = up() > 0;
    if (!served && others == 0) {
      unknown.add(AlertKey.pool(AlertKind.NO_SERVER_UP, pool));
    }
    if (!served || !serfReachable) {
      unknown.add(AlertKey.pool(AlertKind.LOW_CAPACITY, pool));
    }
    rows.stream()
        .filter(row -> row.state() == MemberState.UNKNOWN)
        .forEach(row -> unknown.add(AlertKey.member(pool, row.name())));
    if (!serfReachable) {
      rows.stream()
          .filter(row -> row.state() == MemberState.PARKED || row.state() == MemberState.DRAINING)
          .forEach(row -> unknown.add(AlertKey.member(pool, row.name())));
    }
    return unknown;
  }

  private void capacity(double holdBelow) {
    long up = up();
    long expected = up + rows.stream().filter(row -> MemberHealth.servedBefore(row, now)).count();
    boolean starting = rows.stream().allMatch(row -> MemberHealth.starting(row, now));
    boolean low = up > 0 && up < Math.ceil(holdBelow * expected - ROUNDING);
    String count = up + " of " + expected + " members up";
    put(
        AlertKind.NO_SERVER_UP,
        up + others > 0 || starting ? null : new Finding("no server up", states()),
        count);
    put(AlertKind.LOW_CAPACITY, low ? new Finding("low capacity", count) : null, count);
  }

  private long up() {
    return rows.stream().filter(row -> row.state().serves()).count();
  }

  private void member(MemberRow row) {
    AlertKey key = AlertKey.member(pool, row.name());
    Finding finding = MemberHealth.finding(row, now);
    if (finding == null) {
      healthy.put(key, MemberHealth.resolution(row));
    } else {
      failing.put(key, finding);
    }
  }

  private void put(AlertKind kind, @Nullable Finding finding, String otherwise) {
    if (finding == null) {
      healthy.put(AlertKey.pool(kind, pool), Resolution.recovered(otherwise));
    } else {
      failing.put(AlertKey.pool(kind, pool), finding);
    }
  }

  private @Nullable Finding held() {
    List<MemberRow> held = rows.stream().filter(MemberRow::held).toList();
    return held.isEmpty()
        ? null
        : new Finding("removals held", names(held) + ": " + held.getFirst().why());
  }

  private @Nullable Finding waiting() {
    List<MemberRow> waiting =
        rows.stream().filter(row -> row.reason() == ReasonCode.MEMBER_WAITING).toList();
    return waiting.isEmpty()
        ? null
        : new Finding(
            "no free slot",
            names(waiting) + (waiting.size() == 1 ? " waits for one" : " wait for one"));
  }

  /** {@code 2 down (s1, s2), 1 left as planned (s3)}. */
  private String states() {
    var byState = new LinkedHashMap<String, List<MemberRow>>();
    for (MemberRow row : rows) {
      Finding finding = MemberHealth.finding(row, now);
      String state = finding == null ? MemberHealth.resolution(row).state() : finding.state();
      byState.computeIfAbsent(state, _ -> new ArrayList<>()).add(row);
    }
    return byState.entrySet().stream()
        .map(entry ->
            "%d %s (%s)"
                .formatted(entry.getValue().size(), entry.getKey(), names(entry.getValue())))
        .collect(Collectors.joining(", "));
  }

  private static String names(List<MemberRow> rows) {
    String names =
        rows.stream().limit(MAX_NAMES).map(MemberRow::name).collect(Collectors.joining(", "));
    int more = rows.size() - MAX_NAMES;
    return more > 0 ? names + " and " + more + " more" : names;
  }
}
