package io.rollcall.core.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a pool fits into a haproxy.cfg and a cluster that others share.
 *
 * @param slots names of the servers that are slots; null: those whose host name ends in {@code
 *     .invalid}. Added servers are slots in any case
 * @param portTag the tag that names a member's service port
 * @param samePortTag the rules of the other pools with the same tag and another port: for a member
 *     that one of them selects too, the tag would be ambiguous and does not count
 * @param onRoleChange what becomes of a member that no longer matches
 * @param privateConnections the backend keeps connections to its servers that belong to one client
 * @param admission who may be a member beside having the tags
 * @param subset how many members this balancer takes; 0 for all
 */
public record PoolOptions(
    @Nullable NamePattern slots,
    String portTag,
    List<Map<String, String>> samePortTag,
    RoleChange onRoleChange,
    boolean privateConnections,
    Admission admission,
    int subset) {
  /** What becomes of a member whose tags no longer match the pool. */
  public enum RoleChange {
    DRAIN,
    CUT
  }

  /** Of a pool that is alone. */
  public static final PoolOptions DEFAULT =
      new PoolOptions(null, "port", List.of(), RoleChange.DRAIN, false);

  /** Of a pool that takes all members with its tags. */
  public PoolOptions(
      @Nullable NamePattern slots,
      String portTag,
      List<Map<String, String>> samePortTag,
      RoleChange onRoleChange,
      boolean privateConnections) {
    this(slots, portTag, samePortTag, onRoleChange, privateConnections, Admission.ANY, 0);
  }

  public PoolOptions {
    samePortTag = List.copyOf(samePortTag);
  }

  /** With the rules of the pools that name another port by the same tag. */
  public PoolOptions with(List<Map<String, String>> rules) {
    return new PoolOptions(
        slots, portTag, rules, onRoleChange, privateConnections, admission, subset);
  }

  /** With another rule of whom the pool takes. */
  public PoolOptions with(Admission whom, int size) {
    return new PoolOptions(
        slots, portTag, samePortTag, onRoleChange, privateConnections, whom, size);
  }
}
