package io.rollcall.core.status;

import io.rollcall.core.model.MemberState;
import java.util.List;

/** How the balancer as a whole stands, from well to bad; the worst that is true counts. */
public enum BalancerState {
  /** HAProxy is as gossip, checks and intents want it. */
  IN_SYNC,
  /** On the way there. */
  CONVERGING,
  /** A removal is withheld because too much would vanish. */
  HOLDING,
  /** Something that Rollcall needs does not work, or nobody serves in a pool that has members. */
  DEGRADED;

  /**
   * The worst that is true.
   *
   * @param troubled some part that Rollcall needs does not work
   * @param moving something was changed and is not yet read back, or it never came to rest yet
   */
  public static BalancerState of(List<Status.PoolStatus> pools, boolean troubled, boolean moving) {
    if (troubled || pools.stream().anyMatch(BalancerState::nobodyServes)) {
      return DEGRADED;
    }
    if (pools.stream().anyMatch(Status.PoolStatus::held)) {
      return HOLDING;
    }
    return moving || pools.stream().anyMatch(BalancerState::unfinished) ? CONVERGING : IN_SYNC;
  }

  private static boolean nobodyServes(Status.PoolStatus pool) {
    return pool.known()
        && pool.members().stream().anyMatch(row -> row.state() == MemberState.DOWN)
        && pool.members().stream().noneMatch(row -> row.state().serves());
  }

  private static boolean unfinished(Status.PoolStatus pool) {
    return pool.members().stream()
        .anyMatch(row ->
            switch (row.state()) {
              case WAITING, JOINING, DRAINING -> true;
              case SERVING, SUSPECT, DOWN, MAINT, PARKED, REFUSED -> false;
            });
  }
}
