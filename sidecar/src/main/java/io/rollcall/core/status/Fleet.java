package io.rollcall.core.status;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Roster;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The other balancers in the gossip, and whether each of them sees the same members. */
public final class Fleet {
  /** The tag in which a balancer publishes a digest of the members that it sees. */
  public static final String VIEW = "view";

  private Fleet() {}

  /**
   * The other balancers that have not left. A balancer agrees when it publishes the same digest;
   * whether one agrees that publishes none, or is not alive, is unknown.
   *
   * @param roster null until a member list was read
   * @param self this balancer's own name, null while it is unknown
   * @param view this balancer's digest; null while its member list may be out of date: then the
   *     state of the others is unknown too
   */
  public static List<Status.PeerBalancer> of(
      @Nullable Roster roster, @Nullable String self, @Nullable String view) {
    if (roster == null) {
      return List.of();
    }
    return roster.members().values().stream()
        .filter(member -> member.tag("role").equals("balancer") && !member.name().equals(self))
        .filter(member -> member.gossip() != MemberStatus.LEFT)
        .map(member -> peer(member, view))
        .toList();
  }

  private static Status.PeerBalancer peer(Member member, @Nullable String view) {
    String theirs = member.tag(VIEW);
    boolean known = view != null && member.gossip() == MemberStatus.ALIVE && !theirs.isEmpty();
    return new Status.PeerBalancer(
        member.name(),
        Endpoint.text(member.ip()),
        view == null ? MemberStatus.UNKNOWN : member.gossip(),
        known ? (Boolean) theirs.equals(view) : null);
  }
}
