package io.rollcall.simulation;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a member of the simulation asks for, read from its tags without the core's help. */
final class Wanted {
  static final String NONSENSE = "abc";

  /** What the tag {@code state} says of a member that wants requests. */
  private static final Set<String> NOW = Set.of("", "ready");

  private Wanted() {}

  /** Where it wants requests now; null where it wants none. */
  static @Nullable Endpoint by(@Nullable Member member) {
    return member == null || member.tags().containsValue(NONSENSE) ? null : asked(member);
  }

  /** The same, whatever else of its tags makes no sense: it stays where it is. */
  static @Nullable Endpoint asked(@Nullable Member member) {
    return member != null
            && member.tag("role").equals("backend")
            && NOW.contains(member.tag("state"))
        ? claimed(member)
        : null;
  }

  /** The address of a living member, whether or not it wants requests there. */
  static @Nullable Endpoint claimed(@Nullable Member member) {
    if (member == null || member.gossip() != MemberStatus.ALIVE) {
      return null;
    }
    String port = member.tag("port");
    return port.isEmpty()
        ? new Endpoint(member.ip(), Simulation.POLICY.port())
        : new Endpoint(member.ip(), Integer.parseInt(port));
  }

  static int weight(Member member, @Nullable Intent intent, ServerLine line) {
    if (intent != null && intent.weight() != null) {
      return intent.weight();
    }
    String weight = member.tag("weight");
    return weight.isEmpty() ? line.configured.weight() : Integer.parseInt(weight);
  }
}
