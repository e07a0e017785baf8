package io.rollcall.status;

import io.rollcall.core.BalancerState;
import io.rollcall.core.MemberState;
import io.rollcall.core.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The one sentence that says how things are, what is wrong first. It holds foreign text. */
final class Sentence {
  private static final int NAMED = 3;

  private Sentence() {}

  static String of(Status status) {
    var parts = new ArrayList<String>();
    BalancerState state = status.balancer().state();
    if (state != BalancerState.IN_SYNC) {
      List<String> reasons = status.balancer().reasons();
      parts.add(Words.of(state) + (reasons.isEmpty() ? "" : ": " + String.join("; ", reasons)));
    }
    status.pools().stream().filter(pool -> !complete(pool)).map(Sentence::of).forEach(parts::add);
    status.pools().stream().filter(Sentence::complete).map(Sentence::of).forEach(parts::add);
    if (state == BalancerState.IN_SYNC) {
      parts.add("in sync with gossip and HAProxy");
    }
    return String.join("; ", parts);
  }

  private static String of(Status.Pool pool) {
    List<Status.Row> members = present(pool);
    if (members.isEmpty()) {
      return pool.backend() + ": no members";
    }
    long serving = members.stream().filter(row -> row.state().serves()).count();
    return pool.backend()
        + ": "
        + serving
        + " of "
        + members.size()
        + " members serve"
        + absent(members);
  }

  private static String absent(List<Status.Row> members) {
    var absent = members.stream().filter(row -> !row.state().serves()).toList();
    if (absent.isEmpty()) {
      return "";
    }
    String named =
        absent.stream()
            .limit(NAMED)
            .map(row -> row.name() + " " + Words.of(row.state()))
            .collect(Collectors.joining(", "));
    int more = absent.size() - NAMED;
    return " (" + named + (more > 0 ? " and " + more + " more" : "") + ")";
  }

  private static boolean complete(Status.Pool pool) {
    List<Status.Row> members = present(pool);
    return !members.isEmpty() && members.stream().allMatch(row -> row.state().serves());
  }

  /** Those that are here: a parked one is gone. */
  private static List<Status.Row> present(Status.Pool pool) {
    return pool.members().stream().filter(row -> row.state() != MemberState.PARKED).toList();
  }
}
