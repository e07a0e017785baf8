package io.rollcall.core.status;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.model.MemberState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Why a pool is not as it should be, for {@code balancer.reasons}. */
public final class PoolReasons {
  /** Names in one reason, so that a pool of hundreds does not fill the page. */
  private static final int NAMED = 3;

  /** Characters of a name in a reason. */
  private static final int NAME = 40;

  /** The states that are worth a reason, the worst first. */
  private static final List<MemberState> SHOWN =
      List.of(
          MemberState.DOWN,
          MemberState.SUSPECT,
          MemberState.WAITING,
          MemberState.REFUSED,
          MemberState.JOINING,
          MemberState.DRAINING);

  private PoolReasons() {}

  /** The reasons, the worst first; empty if there are none, and while HAProxy is unreachable. */
  public static List<String> of(Status.PoolStatus pool) {
    if (!pool.known()) {
      return List.of();
    }
    var reasons = new ArrayList<String>();
    List<Status.MemberRow> rows = pool.members();
    if (!rows.isEmpty() && rows.stream().noneMatch(row -> row.state().serves())) {
      reasons.add(pool.backend() + ": no member is up");
    }
    add(reasons, pool, "held in rotation", rows.stream().filter(Status.MemberRow::held).toList());
    for (MemberState state : SHOWN) {
      add(
          reasons,
          pool,
          Format.name(state),
          rows.stream().filter(row -> row.state() == state).toList());
    }
    return reasons;
  }

  private static void add(
      Collection<String> reasons,
      Status.PoolStatus pool,
      String what,
      List<Status.MemberRow> rows) {
    if (!rows.isEmpty()) {
      String why = rows.getFirst().why();
      reasons.add(pool.backend() + ": " + names(rows) + " " + what + " (" + why + ")");
    }
  }

  private static String names(List<Status.MemberRow> rows) {
    String names =
        rows.stream().limit(NAMED).map(PoolReasons::name).collect(Collectors.joining(", "));
    return rows.size() <= NAMED ? names : names + " and " + (rows.size() - NAMED) + " more";
  }

  /** A name within a sentence; the rows show all of it. */
  static String name(Status.MemberRow row) {
    return Sanitizer.line(row.name(), NAME);
  }
}
