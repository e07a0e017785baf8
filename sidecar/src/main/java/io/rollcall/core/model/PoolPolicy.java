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
 * @param joinTimeout a member that joins for longer is reported, and gives way to one that waits
 * @param observe plan and show, send nothing
 * @param readiness how the sidecar asks a joining member's application whether it is ready
 * @param options how it fits into a configuration that others share
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
    String serverOptions,
    Duration joinTimeout,
    boolean observe,
    Readiness readiness,
    PoolOptions options) {
  /** A pool that is alone, and managed. */
  public PoolPolicy(
      String backend,
      Map<String, String> match,
      int port,
      Duration drainTimeout,
      Duration sessionIdle,
      Duration suspectTimeout,
      double holdBelow,
      int growTo,
      String serverOptions,
      Duration joinTimeout) {
    this(
        backend,
        match,
        port,
        drainTimeout,
        sessionIdle,
        suspectTimeout,
        holdBelow,
        growTo,
        serverOptions,
        joinTimeout,
        false);
  }

  public PoolPolicy {
    match = Map.copyOf(match);
  }

  /** A pool that is alone, with the default time to join and no question for readiness. */
  public PoolPolicy(
      String backend,
      Map<String, String> match,
      int port,
      Duration drainTimeout,
      Duration sessionIdle,
      Duration suspectTimeout,
      double holdBelow,
      int growTo,
      String serverOptions) {
    this(
        backend,
        match,
        port,
        drainTimeout,
        sessionIdle,
        suspectTimeout,
        holdBelow,
        growTo,
        serverOptions,
        Duration.ofSeconds(60));
  }

  /** A pool whose members are not asked for their readiness. */
  public PoolPolicy(
      String backend,
      Map<String, String> match,
      int port,
      Duration drainTimeout,
      Duration sessionIdle,
      Duration suspectTimeout,
      double holdBelow,
      int growTo,
      String serverOptions,
      Duration joinTimeout,
      boolean observe) {
    this(
        backend,
        match,
        port,
        drainTimeout,
        sessionIdle,
        suspectTimeout,
        holdBelow,
        growTo,
        serverOptions,
        joinTimeout,
        observe,
        Readiness.OFF,
        PoolOptions.DEFAULT);
  }

  /** The same with another way to ask for readiness. */
  public PoolPolicy with(Readiness next) {
    return new PoolPolicy(
        backend,
        match,
        port,
        drainTimeout,
        sessionIdle,
        suspectTimeout,
        holdBelow,
        growTo,
        serverOptions,
        joinTimeout,
        observe,
        next,
        options);
  }

  public PoolPolicy with(PoolOptions next) {
    return new PoolPolicy(
        backend,
        match,
        port,
        drainTimeout,
        sessionIdle,
        suspectTimeout,
        holdBelow,
        growTo,
        serverOptions,
        joinTimeout,
        observe,
        readiness,
        next);
  }

  /** The member's tag for the port names that of another pool's service as well. */
  public boolean hasAmbiguousPort(Member member) {
    for (Map<String, String> rule : options.samePortTag()) {
      if (matches(rule, member)) {
        return true;
      }
    }
    return false;
  }

  public boolean matches(Member member) {
    return matches(match, member);
  }

  private static boolean matches(Map<String, String> rule, Member member) {
    for (Map.Entry<String, String> tag : rule.entrySet()) {
      if (!member.tag(tag.getKey()).equals(tag.getValue())) {
        return false;
      }
    }
    return true;
  }
}
