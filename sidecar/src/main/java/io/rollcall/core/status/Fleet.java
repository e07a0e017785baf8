package io.rollcall.core.status;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.Roster;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The other balancers in the gossip, and whether each of them sees the same members. */
public final class Fleet {
  /** The tag in which a balancer publishes a digest of the members that it sees. */
  public static final String VIEW = "view";

  /**
   * The tags that are part of the digest. {@link #VIEW} is not one of them: publishing a digest
   * would change it.
   */
  private static final List<String> TAGS = List.of("port", "weight", "maxconn", "boot", "state");

  /** Bytes of the digest; all tags of an agent together may have 512. */
  private static final int LENGTH = 8;

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

  /**
   * A digest of 16 characters. Two balancers have the same one when they see the same alive members
   * that these pools select, with the same addresses and the same {@link #TAGS}.
   */
  public static String view(Roster roster, Collection<PoolPolicy> pools) {
    var text = new StringBuilder();
    for (Member member : roster.members().values()) {
      if (member.gossip() == MemberStatus.ALIVE
          && pools.stream().anyMatch(p -> p.matches(member))) {
        add(text, member.name());
        add(text, member.ip().getHostAddress());
        TAGS.forEach(tag -> add(text, member.tag(tag)));
      }
    }
    return digest(text);
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

  /** Each text is preceded by its length, so that two different lists never make the same text. */
  private static void add(StringBuilder all, String text) {
    all.append(text.length()).append(':').append(text);
  }

  private static String digest(CharSequence text) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      text.chars()
          .forEach(c -> {
            sha.update((byte) (c >> 8));
            sha.update((byte) c);
          });
      return HexFormat.of().formatHex(sha.digest(), 0, LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is missing from this JDK", e);
    }
  }
}
