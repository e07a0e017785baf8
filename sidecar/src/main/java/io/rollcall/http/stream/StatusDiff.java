package io.rollcall.http.stream;

import io.rollcall.core.status.Status;
import java.util.List;
import java.util.Objects;
import java.util.function.BiPredicate;

/** Decides whether a change must be sent at once; counters, rates and ages may wait. */
final class StatusDiff {
  private StatusDiff() {}

  /** Whether two statuses differ in more than counters, rates, ages and events. */
  static boolean matters(Status one, Status other) {
    return !(one.balancer().equals(other.balancer())
        && same(one.serf(), other.serf())
        && same(one.haproxy(), other.haproxy())
        && all(one.pools(), other.pools(), StatusDiff::same)
        && one.fleet().equals(other.fleet())
        && Objects.equals(one.mail(), other.mail()));
  }

  private static boolean same(Status.SerfStatus one, Status.SerfStatus other) {
    return one.reachable() == other.reachable()
        && Objects.equals(one.members(), other.members())
        && Objects.equals(one.alive(), other.alive())
        && Objects.equals(one.failed(), other.failed())
        && Objects.equals(one.left(), other.left())
        && Objects.equals(one.healthScore(), other.healthScore())
        && Objects.equals(one.encrypted(), other.encrypted())
        && Objects.equals(one.rpcKey(), other.rpcKey());
  }

  private static boolean same(Status.HaproxyStatus one, Status.HaproxyStatus other) {
    return one.reachable() == other.reachable()
        && Objects.equals(one.version(), other.version())
        && Objects.equals(one.pid(), other.pid())
        && one.restartsSeen() == other.restartsSeen();
  }

  private static boolean same(Status.PoolStatus one, Status.PoolStatus other) {
    return one.held() == other.held()
        && one.slots().equals(other.slots())
        && one.drift().equals(other.drift())
        && all(one.members(), other.members(), StatusDiff::same);
  }

  private static boolean same(Status.MemberRow one, Status.MemberRow other) {
    return one.name().equals(other.name())
        && Objects.equals(one.address(), other.address())
        && Objects.equals(one.port(), other.port())
        && Objects.equals(one.slot(), other.slot())
        && one.state() == other.state()
        && one.since().equals(other.since())
        && one.why().equals(other.why())
        && one.held() == other.held()
        && Objects.equals(one.intent(), other.intent())
        && one.gossip() == other.gossip()
        && Objects.equals(one.check(), other.check())
        && one.tags().equals(other.tags())
        && Objects.equals(one.weight(), other.weight())
        && one.reason() == other.reason();
  }

  private static <T> boolean all(List<T> ones, List<T> others, BiPredicate<T, T> same) {
    if (ones.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < ones.size(); i++) {
      if (!same.test(ones.get(i), others.get(i))) {
        return false;
      }
    }
    return true;
  }
}
