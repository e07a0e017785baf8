package io.rollcall.core.model;

import java.time.Duration;
import java.util.Map;

/**
 * One HAProxy backend and the rules for its members.
 *
 * @param backend name of the HAProxy backend
 * @param match tags a member must have, all of them
 * @param port service port, 1 to 65535; a member's tag {@code port} wins
 * @param drainTimeout longest wait for sessions and requests to end
 * @param sessionIdle a session sticks to a draining member while it was seen within this time
 * @param suspectTimeout longest time a failed member stays while HAProxy's check passes
 * @param holdBelow share (0 to 1) of the pool that removals by failure must leave
 * @param growTo slots the pool may grow to by {@code add server}, 0 for none
 * @param serverOptions keywords given to a grown server
 */
public record PoolPolicy(
    String backend,
    Map<String, String> match,
    int port,
    Duration drainTimeout,
    Duration sessionIdle,
    Duration suspectTimeout,
    double holdBelow,
    int growTo,
    String serverOptions) {
  public PoolPolicy {
    match = Map.copyOf(match);
  }

  public boolean matches(Member member) {
    return match.entrySet().stream()
        .allMatch(tag -> member.tag(tag.getKey()).equals(tag.getValue()));
  }
}
