package io.rollcall.core.control;

import io.rollcall.core.model.Endpoint;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which joining applications were probed for which announcement, and which answered.
 *
 * @param asked by endpoint, when the announcement was made that the probe belongs to
 * @param ready applications that answered and that no plan has used yet
 */
public record ReadinessProbes(Map<Endpoint, Instant> asked, Set<Endpoint> ready) {
  static final ReadinessProbes NONE = new ReadinessProbes(Map.of(), Set.of());

  public ReadinessProbes {
    asked = Map.copyOf(asked);
    ready = Set.copyOf(ready);
  }

  /** The probes of those that join now, by the time of their announcement. */
  ReadinessProbes of(Map<Endpoint, Instant> joining) {
    var stillReady = new HashSet<>(ready);
    stillReady.retainAll(joining.keySet());
    return new ReadinessProbes(joining, stillReady);
  }

  /** Those that join now and were not asked for this announcement. */
  Set<Endpoint> unasked(Map<Endpoint, Instant> joining) {
    var unasked = new HashSet<Endpoint>();
    joining.forEach((endpoint, announcedAt) -> {
      if (!announcedAt.equals(asked.get(endpoint))) {
        unasked.add(endpoint);
      }
    });
    return unasked;
  }

  ReadinessProbes answered(Endpoint endpoint) {
    var more = new HashSet<>(ready);
    more.add(endpoint);
    return new ReadinessProbes(asked, more);
  }

  /** A plan used the answers. */
  ReadinessProbes used() {
    return ready.isEmpty() ? this : new ReadinessProbes(asked, Set.of());
  }
}
