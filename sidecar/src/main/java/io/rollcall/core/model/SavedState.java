package io.rollcall.core.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What survives a restart of the sidecar, in {@code state.dir}.
 *
 * @param pools by backend
 * @param haproxy the process of the last plan; null for none
 */
public record SavedState(SortedMap<String, PoolState> pools, @Nullable ProcessRun haproxy) {
  public static final SavedState EMPTY = new SavedState(new TreeMap<>(), null);

  /**
   * One run of HAProxy. In a container each start may have the same pid, so its start counts too.
   */
  public record ProcessRun(int pid, Instant startedAt) {
    private static final Duration ROUNDING = Duration.ofSeconds(5);

    /**
     * HAProxy reports its uptime in whole seconds, and the reply takes time: starts differ by that.
     */
    public boolean same(ProcessRun other) {
      Duration apart = Duration.between(startedAt, other.startedAt()).abs();
      return pid == other.pid && apart.compareTo(ROUNDING) < 0;
    }
  }

  public SavedState {
    pools.values().forEach(Objects::requireNonNull);
    pools = Collections.unmodifiableSortedMap(new TreeMap<>(pools));
  }

  public PoolState pool(String backend) {
    return pools.getOrDefault(backend, PoolState.EMPTY);
  }

  /** The occupants of all pools. */
  public List<Occupant> occupants() {
    return pools.values().stream().flatMap(pool -> pool.occupants().values().stream()).toList();
  }

  public SavedState with(String backend, PoolState pool) {
    var next = new TreeMap<>(pools);
    next.put(backend, pool);
    return new SavedState(next, haproxy);
  }

  public SavedState with(ProcessRun run) {
    return new SavedState(pools, run);
  }
}
