package io.rollcall.core.status;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.model.MemberState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** What is not as it should be in a pool. */
public final class PoolProblems {
  /** Names in one problem, so that a pool of hundreds does not fill the page. */
  private static final int NAMED = 3;

  /** Characters of a name in a problem. */
  private static final int NAME = 40;

  private static final Comparator<Status.MemberRow> LONGEST_FIRST =
      Comparator.<Status.MemberRow, Instant>comparing(Status.MemberRow::since)
          .thenComparing(Status.MemberRow::name);

  private PoolProblems() {}

  /**
   * The problems, the worst first, each member in one of them.
   *
   * @param alone as {@link NextStep#alone} says
   * @param now for a pool of which nothing else tells when its problem began
   */
  public static List<StatusProblem> of(Status.PoolStatus pool, boolean alone, Instant now) {
    List<Status.MemberRow> rows = PoolStatusBuilder.managed(pool);
    if (!pool.known()) {
      return List.of();
    }
    var problems = new ArrayList<StatusProblem>();
    if (pool.members().stream().allMatch(PoolProblems::isServer)) {
      problems.add(StatusProblem.ofPool(ReasonCode.POOL_EMPTY, pool.backend(), "no members", now));
    } else if (noneServes(pool, rows)) {
      Instant since =
          rows.stream().map(Status.MemberRow::since).max(Comparator.naturalOrder()).orElseThrow();
      problems.add(
          StatusProblem.ofPool(ReasonCode.POOL_DOWN, pool.backend(), "no member is up", since));
    }
    for (ReasonCode reason : ReasonCode.values()) {
      List<Status.MemberRow> concerned =
          rows.stream().filter(row -> row.reason() == reason).sorted(LONGEST_FIRST).toList();
      if (!concerned.isEmpty()) {
        problems.add(problem(pool, alone, reason, concerned));
      }
    }
    return problems;
  }

  /**
   * Visitors were served by these members, or should be; not so by those that are only observed.
   */
  private static boolean noneServes(Status.PoolStatus pool, List<Status.MemberRow> rows) {
    return pool.others() == 0
        && rows.size() > PoolStatusBuilder.notPutIn(pool).size()
        && rows.stream().noneMatch(row -> row.state().serves());
  }

  /** A server of haproxy.cfg that is not a slot; a member that one serves has no slot itself. */
  private static boolean isServer(Status.MemberRow row) {
    return row.state() == MemberState.UNMANAGED && row.slot() != null;
  }

  private static StatusProblem problem(
      Status.PoolStatus pool, boolean alone, ReasonCode reason, List<Status.MemberRow> rows) {
    Status.MemberRow first = rows.getFirst();
    boolean check = first.state() == MemberState.DOWN && first.check() != null;
    return new StatusProblem(
        reason,
        reason.severity(),
        pool.backend(),
        rows.stream().map(Status.MemberRow::name).toList(),
        names(rows) + " " + word(reason, first),
        check ? String.valueOf(first.check()) : first.why(),
        first.since(),
        NextStep.of(reason, pool, first, alone),
        reason.help());
  }

  private static String word(ReasonCode reason, Status.MemberRow row) {
    return switch (reason) {
      case REMOVALS_HELD -> "held in rotation";
      case MEMBER_NOT_READY -> "not ready";
      case MEMBER_REFUSED -> refused(row.state());
      case MEMBER_FAILED -> "failed";
      default -> Format.name(row.state());
    };
  }

  /** A member in rotation stays there, with the value that the tag had before. */
  private static String refused(MemberState state) {
    return state == MemberState.REFUSED ? "refused" : Format.name(state) + " with an invalid tag";
  }

  /** At most three names, and how many more there are. */
  static String names(List<Status.MemberRow> rows) {
    String names =
        rows.stream().limit(NAMED).map(PoolProblems::name).collect(Collectors.joining(", "));
    return rows.size() <= NAMED ? names : names + " and " + (rows.size() - NAMED) + " more";
  }

  /** A name within a sentence; the rows show all of it. */
  private static String name(Status.MemberRow row) {
    return Sanitizer.line(row.name(), NAME);
  }
}
