package io.rollcall.core.control;

import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.Roster;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/** What a balancer sees, as a short text that balancers compare. */
public final class ViewDigest {
  /** Tags that count. The tag with the digest itself must not: publishing would change it. */
  private static final List<String> TAGS = List.of("port", "weight", "maxconn", "boot", "state");

  /** In bytes. All tags of an agent together have 512. */
  private static final int LENGTH = 8;

  private ViewDigest() {}

  /**
   * 16 characters: two balancers have the same when their lists have the same alive members that
   * these pools select, with the same addresses and tags.
   */
  public static String of(Roster roster, Collection<PoolPolicy> pools) {
    var text = new StringBuilder();
    for (Member member : roster.members().values()) {
      if (member.gossip() == MemberStatus.ALIVE
          && pools.stream().anyMatch(pool -> pool.matches(member))) {
        append(text, member.name());
        append(text, member.ip().getHostAddress());
        TAGS.forEach(tag -> append(text, member.tag(tag)));
      }
    }
    return sha256(text);
  }

  /** With its length, so that no text can be taken for another. */
  private static void append(StringBuilder all, String text) {
    all.append(text.length()).append(':').append(text);
  }

  private static String sha256(CharSequence text) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      byte[] digest = sha.digest(text.toString().getBytes(StandardCharsets.UTF_16BE));
      return HexFormat.of().formatHex(digest, 0, LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
