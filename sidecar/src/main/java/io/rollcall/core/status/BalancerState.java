package io.rollcall.core.status;

import io.rollcall.core.model.MemberState;
import java.util.List;

/** The state of the balancer as a whole, best first; the worst that applies is shown. */
public enum BalancerState {
  /** HAProxy matches gossip, checks and intents. */
  IN_SYNC,
  /** Changes are being applied. */
  CONVERGING,
  /** A removal is held because too few members would be left. */
  HOLDING,
  /** A component that Rollcall needs does not work, or no member of a pool is up. */
  DEGRADED;

  /**
   * The worst state that applies.
   *
   * @param troubled a component that Rollcall needs does not work
   * @param moving a change is not read back yet, or the sidecar has not converged yet
   */
  public static BalancerState of(List<Status.PoolStatus> pools, boolean troubled, boolean moving) {
    if (troubled || pools.stream().anyMatch(BalancerState::noMemberUp)) {
      return DEGRADED;
    }
    if (pools.stream().anyMatch(Status.PoolStatus::held)) {
      return HOLDING;
    }
    return moving || pools.stream().anyMatch(BalancerState::unfinished) ? CONVERGING : IN_SYNC;
  }

  private static boolean noMemberUp(Status.PoolStatus pool) {
    return pool.known()
        && pool.members().stream()
            .anyMatch(row -> row.state() == MemberState.DOWN || row.state() == MemberState.FAILED)
        && pool.members().stream().noneMatch(row -> row.state().serves());
  }

  private static boolean unfinished(Status.PoolStatus pool) {
    return pool.members().stream()
        .anyMatch(row ->
            switch (row.state()) {
              case WAITING -> !pool.observe();
              case JOINING, DRAINING -> true;
              case SERVING, SUSPECT, DOWN, MAINT, PARKED, FAILED, REFUSED, UNKNOWN, UNMANAGED ->
                  false;
            });
  }
}
