package io.rollcall.alert;

import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.status.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All trouble there is at one instant.
 *
 * @param wrong by what it is about
 * @param well what was looked at and is well, in a few words
 * @param unread pools of which nothing is known now: what is about them stays as it was
 * @param unknown what else is not known now, and stays as it was
 */
public record Findings(
    SortedMap<AlertKey, Finding> wrong,
    Map<AlertKey, String> well,
    Set<String> unread,
    Set<AlertKey> unknown) {
  private static final Duration JOINS_WITHIN = Duration.ofMinutes(1);

  public Findings {
    wrong = Collections.unmodifiableSortedMap(new TreeMap<>(wrong));
    well = Map.copyOf(well);
    unread = Set.copyOf(unread);
    unknown = Set.copyOf(unknown);
  }

  /** Nothing is known now of this. */
  boolean unknown(AlertKey subject) {
    return unknown.contains(subject) || (subject.pool() != null && unread.contains(subject.pool()));
  }

  /**
   * Looks at a status.
   *
   * @param parts what does not work, a line each by the part's name
   * @param floors by pool, the share of its members below which it is low
   */
  public static Findings of(
      Status status, Map<String, String> parts, Map<String, Double> floors, Instant now) {
    var wrong = new TreeMap<AlertKey, Finding>();
    var well = new TreeMap<AlertKey, String>();
    var unread = new HashSet<String>();
    var unknown = new HashSet<AlertKey>();
    boolean listed = status.serf().reachable();
    parts.forEach((part, line) ->
        wrong.put(new AlertKey(AlertKind.PART, null, part), new Finding("fails", line)));
    for (Status.PoolStatus pool : status.pools()) {
      if (pool.known()) {
        pool(pool, floors.getOrDefault(pool.backend(), 0.0), now, wrong, well);
        unknown.addAll(unknown(pool, listed));
      } else {
        unread.add(pool.backend());
      }
    }
    wrong.keySet().forEach(unknown::remove);
    well.keySet().removeAll(unknown);
    return new Findings(wrong, well, unread, unknown);
  }

  /** Only what concerns no pool: before the first plan nothing is known of any. */
  public Findings withoutPools(Status status) {
    var parts = new TreeMap<>(wrong);
    parts.keySet().removeIf(subject -> subject.pool() != null);
    return new Findings(
        parts,
        Map.of(),
        status.pools().stream().map(Status.PoolStatus::backend).collect(Collectors.toSet()),
        Set.of());
  }

  /**
   * What only the gossip could tell while it is silent; and of a pool that nobody serves, that it
   * is well again: whoever was missed may be forgotten by now.
   */
  private static Set<AlertKey> unknown(Status.PoolStatus pool, boolean listed) {
    var unknown = new HashSet<AlertKey>();
    boolean served = pool.members().stream().anyMatch(row -> row.state().serves());
    if (!served) {
      unknown.add(of(AlertKind.EMPTY, pool));
    }
    if (!served || !listed) {
      unknown.add(of(AlertKind.LOW, pool));
    }
    if (!listed) {
      pool.members().stream()
          .filter(row -> row.state() == MemberState.PARKED || row.state() == MemberState.DRAINING)
          .forEach(row -> unknown.add(new AlertKey(AlertKind.MEMBER, pool.backend(), row.name())));
    }
    return unknown;
  }

  private static void pool(
      Status.PoolStatus pool,
      double floor,
      Instant now,
      SortedMap<AlertKey, Finding> wrong,
      SortedMap<AlertKey, String> well) {
    List<Status.MemberRow> rows = pool.members();
    long up = rows.stream().filter(row -> row.state().serves()).count();
    long wanted = rows.stream().filter(row -> row.state().serves() || failed(row, now)).count();
    String count = up + " of " + wanted + " members up";
    if (up > 0) {
      well.put(of(AlertKind.EMPTY, pool), count);
    } else if (!rows.stream().allMatch(row -> fresh(row, now))) {
      wrong.put(
          of(AlertKind.EMPTY, pool),
          new Finding("has no server up", "all " + rows.size() + ": " + first(rows)));
    }
    if (up > 0 && up < Math.ceil(floor * wanted - 1e-9)) {
      wrong.put(of(AlertKind.LOW, pool), new Finding("low", count));
    } else {
      well.put(of(AlertKind.LOW, pool), count);
    }
    tell(
        AlertKind.HELD,
        pool,
        "held",
        "its removal is no longer held",
        rows.stream().filter(Status.MemberRow::held).toList(),
        wrong,
        well);
    Integer free = pool.slots().free();
    tell(
        AlertKind.FULL,
        pool,
        "has no free slot",
        "nobody waits for a slot",
        free != null && free == 0
            ? rows.stream().filter(row -> row.state() == MemberState.WAITING).toList()
            : List.of(),
        wrong,
        well);
    for (Status.MemberRow row : rows) {
      var subject = new AlertKey(AlertKind.MEMBER, pool.backend(), row.name());
      String state = row.state().name().toLowerCase(Locale.ROOT);
      if (fails(row, now)) {
        wrong.put(
            subject,
            new Finding(
                row.gossip() == MemberStatus.FAILED && row.state() != MemberState.SUSPECT
                    ? "failed"
                    : state,
                row.why()));
      } else {
        well.put(subject, state);
      }
    }
  }

  /** It ought to serve, and does not or not safely. A member that somebody took out is well. */
  private static boolean fails(Status.MemberRow row, Instant now) {
    return switch (row.state()) {
      case DOWN, SUSPECT -> true;
      case DRAINING, PARKED -> row.gossip() == MemberStatus.FAILED && row.intent() == null;
      case JOINING -> row.gossip() == MemberStatus.FAILED || !fresh(row, now);
      case SERVING, WAITING, MAINT, REFUSED -> false;
    };
  }

  /** It served before, as far as one can tell. */
  private static boolean failed(Status.MemberRow row, Instant now) {
    return row.state() != MemberState.JOINING && fails(row, now);
  }

  /** It is about to serve for the first time, as far as one can tell. */
  private static boolean fresh(Status.MemberRow row, Instant now) {
    return switch (row.state()) {
      case JOINING, WAITING -> row.since().plus(JOINS_WITHIN).isAfter(now);
      case REFUSED -> true;
      case SERVING, SUSPECT, DOWN, DRAINING, PARKED, MAINT -> false;
    };
  }

  private static void tell(
      AlertKind kind,
      Status.PoolStatus pool,
      String state,
      String otherwise,
      List<Status.MemberRow> rows,
      SortedMap<AlertKey, Finding> wrong,
      SortedMap<AlertKey, String> well) {
    if (rows.isEmpty()) {
      well.put(of(kind, pool), otherwise);
    } else {
      wrong.put(of(kind, pool), new Finding(state, first(rows)));
    }
  }

  private static String first(List<Status.MemberRow> rows) {
    Status.MemberRow row = rows.getFirst();
    String more = rows.size() == 1 ? "" : " and " + (rows.size() - 1) + " more";
    return row.name() + more + " (" + row.why() + ")";
  }

  private static AlertKey of(AlertKind kind, Status.PoolStatus pool) {
    return new AlertKey(kind, pool.backend(), null);
  }
}
