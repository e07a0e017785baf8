package io.rollcall.core.alert;

import io.rollcall.core.Gossip;
import io.rollcall.core.MemberState;
import io.rollcall.core.Status;
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
    SortedMap<Subject, Finding> wrong,
    Map<Subject, String> well,
    Set<String> unread,
    Set<Subject> unknown) {
  private static final Duration JOINS_WITHIN = Duration.ofMinutes(1);

  public Findings {
    wrong = Collections.unmodifiableSortedMap(new TreeMap<>(wrong));
    well = Map.copyOf(well);
    unread = Set.copyOf(unread);
    unknown = Set.copyOf(unknown);
  }

  /** Nothing is known now of this. */
  boolean unknown(Subject subject) {
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
    var wrong = new TreeMap<Subject, Finding>();
    var well = new TreeMap<Subject, String>();
    var unread = new HashSet<String>();
    var unknown = new HashSet<Subject>();
    boolean listed = status.serf().reachable();
    parts.forEach(
        (part, line) -> wrong.put(new Subject(Kind.PART, null, part), new Finding("fails", line)));
    for (Status.Pool pool : status.pools()) {
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
        status.pools().stream().map(Status.Pool::backend).collect(Collectors.toSet()),
        Set.of());
  }

  /**
   * What only the gossip could tell while it is silent; and of a pool that nobody serves, that it
   * is well again: whoever was missed may be forgotten by now.
   */
  private static Set<Subject> unknown(Status.Pool pool, boolean listed) {
    var unknown = new HashSet<Subject>();
    boolean served = pool.members().stream().anyMatch(row -> row.state().serves());
    if (!served) {
      unknown.add(of(Kind.EMPTY, pool));
    }
    if (!served || !listed) {
      unknown.add(of(Kind.LOW, pool));
    }
    if (!listed) {
      pool.members().stream()
          .filter(row -> row.state() == MemberState.PARKED || row.state() == MemberState.DRAINING)
          .forEach(row -> unknown.add(new Subject(Kind.MEMBER, pool.backend(), row.name())));
    }
    return unknown;
  }

  private static void pool(
      Status.Pool pool,
      double floor,
      Instant now,
      SortedMap<Subject, Finding> wrong,
      SortedMap<Subject, String> well) {
    List<Status.Row> rows = pool.members();
    long up = rows.stream().filter(row -> row.state().serves()).count();
    long wanted = rows.stream().filter(row -> row.state().serves() || failed(row, now)).count();
    String count = up + " of " + wanted + " members up";
    if (up > 0) {
      well.put(of(Kind.EMPTY, pool), count);
    } else if (!rows.stream().allMatch(row -> fresh(row, now))) {
      wrong.put(
          of(Kind.EMPTY, pool),
          new Finding("has no server up", "all " + rows.size() + ": " + first(rows)));
    }
    if (up > 0 && up < Math.ceil(floor * wanted - 1e-9)) {
      wrong.put(of(Kind.LOW, pool), new Finding("low", count));
    } else {
      well.put(of(Kind.LOW, pool), count);
    }
    tell(
        Kind.HELD,
        pool,
        "held",
        "its removal is no longer held",
        rows.stream().filter(Status.Row::held).toList(),
        wrong,
        well);
    Integer free = pool.slots().free();
    tell(
        Kind.FULL,
        pool,
        "has no free slot",
        "nobody waits for a slot",
        free != null && free == 0
            ? rows.stream().filter(row -> row.state() == MemberState.WAITING).toList()
            : List.of(),
        wrong,
        well);
    for (Status.Row row : rows) {
      var subject = new Subject(Kind.MEMBER, pool.backend(), row.name());
      String state = row.state().name().toLowerCase(Locale.ROOT);
      if (fails(row, now)) {
        wrong.put(
            subject,
            new Finding(
                row.gossip() == Gossip.FAILED && row.state() != MemberState.SUSPECT
                    ? "failed"
                    : state,
                row.why()));
      } else {
        well.put(subject, state);
      }
    }
  }

  /** It ought to serve, and does not or not safely. A member that somebody took out is well. */
  private static boolean fails(Status.Row row, Instant now) {
    return switch (row.state()) {
      case DOWN, SUSPECT -> true;
      case DRAINING, PARKED -> row.gossip() == Gossip.FAILED && row.intent() == null;
      case JOINING -> row.gossip() == Gossip.FAILED || !fresh(row, now);
      case SERVING, WAITING, MAINT, REFUSED -> false;
    };
  }

  /** It served before, as far as one can tell. */
  private static boolean failed(Status.Row row, Instant now) {
    return row.state() != MemberState.JOINING && fails(row, now);
  }

  /** It is about to serve for the first time, as far as one can tell. */
  private static boolean fresh(Status.Row row, Instant now) {
    return switch (row.state()) {
      case JOINING, WAITING -> row.since().plus(JOINS_WITHIN).isAfter(now);
      case REFUSED -> true;
      case SERVING, SUSPECT, DOWN, DRAINING, PARKED, MAINT -> false;
    };
  }

  private static void tell(
      Kind kind,
      Status.Pool pool,
      String state,
      String otherwise,
      List<Status.Row> rows,
      SortedMap<Subject, Finding> wrong,
      SortedMap<Subject, String> well) {
    if (rows.isEmpty()) {
      well.put(of(kind, pool), otherwise);
    } else {
      wrong.put(of(kind, pool), new Finding(state, first(rows)));
    }
  }

  private static String first(List<Status.Row> rows) {
    Status.Row row = rows.getFirst();
    String more = rows.size() == 1 ? "" : " and " + (rows.size() - 1) + " more";
    return row.name() + more + " (" + row.why() + ")";
  }

  private static Subject of(Kind kind, Status.Pool pool) {
    return new Subject(kind, pool.backend(), null);
  }
}
