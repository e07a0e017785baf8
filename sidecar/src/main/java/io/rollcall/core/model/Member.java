package io.rollcall.core.model;

import java.net.InetAddress;
import java.util.Map;

/**
 * One node in the gossip. Name and tags are foreign text: never part of a command, escaped in every
 * view.
 *
 * @param name unique in the gossip
 * @param ip the address it gossips from; its application listens there too
 * @param gossip what the agent says of it
 * @param tags as it set them
 */
public record Member(String name, InetAddress ip, MemberStatus gossip, Map<String, String> tags) {
  public Member {
    tags = Map.copyOf(tags);
  }

  /** The tag's value, or the empty string: an absent tag and an empty one mean the same. */
  public String tag(String key) {
    return tags.getOrDefault(key, "");
  }

  /** One run of its application: new at each start; empty where the member does not say. */
  public String boot() {
    return tag("boot");
  }

  public Member with(MemberStatus next) {
    return new Member(name, ip, next, tags);
  }
}
