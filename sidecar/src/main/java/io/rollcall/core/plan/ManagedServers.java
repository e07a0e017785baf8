package io.rollcall.core.plan;

import io.rollcall.core.model.NamePattern;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import java.util.Locale;
import java.util.Set;

/** Which servers of a backend are slots. Every other one belongs to the operator. */
public final class ManagedServers {
  /** RFC 2606: a host name that never resolves, so that the line serves nothing by itself. */
  private static final String RESERVED = ".invalid";

  private ManagedServers() {}

  /**
   * By its name, if the pool has a pattern; else by its host name. A server without a host name is
   * one if Rollcall added it, or set a member's address there in this process of HAProxy.
   *
   * @param restarted slots of which no change was accepted since HAProxy restarted
   */
  public static boolean isSlot(
      Slot server, PoolPolicy policy, PoolState memory, Set<SlotId> restarted) {
    if (server.serverId() >= Growth.IDS_FROM) {
      return true;
    }
    NamePattern names = policy.options().slots();
    if (names != null) {
      return names.matches(server.id().server());
    }
    String host = server.configured().host();
    if (host != null) {
      return host.toLowerCase(Locale.ROOT).endsWith(RESERVED);
    }
    Occupant occupant = memory.occupants().get(server.id());
    return occupant != null && !occupant.isUnnamed() && !restarted.contains(server.id());
  }
}
