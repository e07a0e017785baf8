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

/** The other balancers, as the gossip tells of them, and what each of them sees. */
public final class Fleet {
  /** The tag by which a balancer tells the others what it sees. */
  public static final String VIEW = "view";

  /** What counts of a member's tags. {@link #VIEW} must not: to tell of a view would change one. */
  private static final List<String> SAID = List.of("port", "weight", "maxconn", "boot", "state");

  /** In bytes. Together the tags of an agent have 512, and nobody finds another list with these. */
  private static final int LENGTH = 8;

  private Fleet() {}

  /**
   * Those that have not left. One agrees when it tells of the same view; of one that tells of none,
   * or is not alive now, that is not known.
   *
   * @param roster null while no member list was read
   * @param self this balancer's own name, null while it is not known
   * @param view of this balancer; null while what it sees may be old, and so nothing is known of
   *     the others
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
   * What a balancer sees, in 16 characters: two have the same when their lists have the same alive
   * members that these pools select, with the same addresses, saying the same of themselves.
   */
  public static String view(Roster roster, Collection<PoolPolicy> pools) {
    var text = new StringBuilder();
    for (Member member : roster.members().values()) {
      if (member.gossip() == MemberStatus.ALIVE
          && pools.stream().anyMatch(p -> p.matches(member))) {
        add(text, member.name());
        add(text, member.ip().getHostAddress());
        SAID.forEach(tag -> add(text, member.tag(tag)));
      }
    }
    return digest(text);
  }

  private static Status.PeerBalancer peer(Member member, @Nullable String view) {
    String told = member.tag(VIEW);
    boolean known = view != null && member.gossip() == MemberStatus.ALIVE && !told.isEmpty();
    return new Status.PeerBalancer(
        member.name(),
        Endpoint.text(member.ip()),
        view == null ? MemberStatus.UNKNOWN : member.gossip(),
        known ? (Boolean) told.equals(view) : null);
  }

  /** With its length: so no text can pass for another. */
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
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
