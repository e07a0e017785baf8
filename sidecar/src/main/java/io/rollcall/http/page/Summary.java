package io.rollcall.http.page;

import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.status.BalancerState;
import io.rollcall.core.status.Format;
import io.rollcall.core.status.PoolStatusBuilder;
import io.rollcall.core.status.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The one sentence that says how things are, what is wrong first. It holds foreign text. */
final class Summary {
  private static final int NAMED = 3;

  private Summary() {}

  static String of(Status status) {
    var parts = new ArrayList<String>();
    BalancerState state = status.balancer().state();
    if (state != BalancerState.IN_SYNC) {
      List<String> reasons = status.balancer().reasons();
      parts.add(Format.of(state) + (reasons.isEmpty() ? "" : ": " + String.join("; ", reasons)));
    }
    status.pools().stream().filter(pool -> !complete(pool)).map(Summary::of).forEach(parts::add);
    status.pools().stream().filter(Summary::complete).map(Summary::of).forEach(parts::add);
    if (state == BalancerState.IN_SYNC) {
      parts.add("in sync with gossip and HAProxy");
    }
    return String.join("; ", parts);
  }

  private static String of(Status.PoolStatus pool) {
    if (!pool.known()) {
      return pool.backend() + ": unknown who serves";
    }
    List<Status.MemberRow> members = present(pool);
    if (members.isEmpty()) {
      return pool.backend() + ": no members";
    }
    long serving = members.stream().filter(row -> row.state().serves()).count();
    return "%s: %d of %d members serve%s"
        .formatted(pool.backend(), serving, members.size(), others(members));
  }

  /** Those that do not serve, or not for long. */
  private static String others(List<Status.MemberRow> members) {
    var others = members.stream().filter(row -> row.state() != MemberState.SERVING).toList();
    if (others.isEmpty()) {
      return "";
    }
    String named =
        others.stream()
            .limit(NAMED)
            .map(row -> PoolStatusBuilder.brief(row.name()) + " " + word(row))
            .collect(Collectors.joining(", "));
    int more = others.size() - NAMED;
    return " (" + named + (more > 0 ? " and " + more + " more" : "") + ")";
  }

  private static String word(Status.MemberRow row) {
    return row.state() == MemberState.PARKED && row.gossip() == MemberStatus.FAILED
        ? "failed"
        : Format.of(row.state());
  }

  private static boolean complete(Status.PoolStatus pool) {
    List<Status.MemberRow> members = present(pool);
    return !members.isEmpty()
        && pool.known()
        && members.stream().allMatch(row -> row.state() == MemberState.SERVING);
  }

  /** Those that are here, or should be: who is parked and has left is gone. */
  private static List<Status.MemberRow> present(Status.PoolStatus pool) {
    return pool.members().stream()
        .filter(row ->
            row.state() != MemberState.PARKED
                || row.gossip() == MemberStatus.ALIVE
                || row.gossip() == MemberStatus.FAILED)
        .toList();
  }
}
