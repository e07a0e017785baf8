package io.rollcall.core;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a member of the simulation asks for, read from its tags without the core's help. */
final class Wanted {
  static final String NONSENSE = "abc";

  private Wanted() {}

  /** Where it wants requests now; null where it wants none. */
  static @Nullable Endpoint by(@Nullable Member member) {
    if (member == null || member.gossip() != Gossip.ALIVE) {
      return null;
    }
    Map<String, String> tags = member.tags();
    boolean ours = member.tag("role").equals("backend");
    boolean now = Set.of("", "ready").contains(member.tag("state"));
    if (!ours || !now || tags.containsValue(NONSENSE)) {
      return null;
    }
    String port = member.tag("port");
    return port.isEmpty()
        ? new Endpoint(member.ip(), World.POLICY.port())
        : new Endpoint(member.ip(), Integer.parseInt(port));
  }

  static int weight(Member member, @Nullable Intent intent) {
    if (intent != null && intent.weight() != null) {
      return intent.weight();
    }
    String weight = member.tag("weight");
    return weight.isEmpty() ? 100 : Integer.parseInt(weight);
  }
}
