package io.rollcall.core;

import java.util.Collection;
import java.util.Collections;

/** How the balancer as a whole stands, from well to bad. */
public enum BalancerState {
  /** HAProxy is as gossip, checks and intents want it. */
  IN_SYNC,
  /** On the way there. */
  CONVERGING,
  /** A removal is withheld because too much would vanish. */
  HOLDING,
  /** Something that Rollcall needs does not work. */
  DEGRADED;

  /** The worst of them; {@code IN_SYNC} where there is none. */
  public static BalancerState worst(Collection<BalancerState> states) {
    return states.isEmpty() ? IN_SYNC : Collections.max(states);
  }
}
