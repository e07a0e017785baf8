package io.rollcall.reconcile;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Steps that HAProxy refused: each is asked of it again only after a pause. */
final class RefusedSteps {
  static final Duration PAUSE = Duration.ofSeconds(5);

  private final InstantSource clock;
  private final Map<Step, Instant> refusedAt = new HashMap<>();

  public RefusedSteps(InstantSource clock) {
    this.clock = clock;
  }

  /** Keeps them, and returns their slots. */
  @CanIgnoreReturnValue
  public Set<SlotId> add(Collection<Step> refused) {
    refused.forEach(step -> refusedAt.put(step, clock.instant()));
    return refused.stream().map(Step::slot).collect(Collectors.toSet());
  }

  /** The slots of which nothing is to be asked now. What is planned no longer is forgotten. */
  public Set<SlotId> paused(String backend, Collection<Step> planned) {
    refusedAt
        .keySet()
        .removeIf(step -> step.slot().backend().equals(backend) && !planned.contains(step));
    return refusedAt.entrySet().stream()
        .filter(e -> e.getKey().slot().backend().equals(backend) && recent(e.getValue()))
        .map(e -> e.getKey().slot())
        .collect(Collectors.toSet());
  }

  /** Nothing of this backend is planned. */
  public void forget(String backend) {
    refusedAt.keySet().removeIf(step -> step.slot().backend().equals(backend));
  }

  public void accepted(Collection<Step> steps) {
    refusedAt.keySet().removeAll(Set.copyOf(steps));
  }

  public boolean none() {
    return refusedAt.isEmpty();
  }

  /** A clock that was set back lengthens no pause. */
  private boolean recent(Instant at) {
    return Duration.between(at, clock.instant()).abs().compareTo(PAUSE) < 0;
  }
}
