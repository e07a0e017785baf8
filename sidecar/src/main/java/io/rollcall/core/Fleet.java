package io.rollcall.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The other balancers, as the gossip tells of them. */
public final class Fleet {
  private Fleet() {}

  /**
   * Those that have not left.
   *
   * @param roster null while no member list was read
   * @param self this balancer's own name, null while it is not known
   */
  public static List<Status.Peer> of(@Nullable Roster roster, @Nullable String self) {
    if (roster == null) {
      return List.of();
    }
    return roster.members().values().stream()
        .filter(member -> member.tag("role").equals("balancer") && !member.name().equals(self))
        .filter(member -> member.gossip() != Gossip.LEFT)
        .map(Fleet::peer)
        .toList();
  }

  private static Status.Peer peer(Member member) {
    return new Status.Peer(member.name(), Endpoint.text(member.ip()), member.gossip(), null);
  }
}
