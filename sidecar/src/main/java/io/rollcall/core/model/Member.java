package io.rollcall.core.model;

import java.net.InetAddress;
import java.util.Map;

/**
 * One node in gossip. Name and tags are untrusted text: never part of a command, escaped in every
 * view.
 *
 * @param name unique in gossip
 * @param ip the address of its agent; its application listens there too
 * @param gossip its state as the agent reports it
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

  /** One run of its application: new at each start; empty if the member does not set the tag. */
  public String boot() {
    return tag("boot");
  }

  public Member with(MemberStatus next) {
    return new Member(name, ip, next, tags);
  }
}
