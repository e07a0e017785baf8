package io.rollcall.core.control;

import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Steps that HAProxy refused and that are still planned: each is sent again only after a pause.
 *
 * @param refusedAt when each was refused last
 */
public record RefusedSteps(Map<Step, Instant> refusedAt) {
  static final RefusedSteps NONE = new RefusedSteps(Map.of());
  static final Duration PAUSE = Duration.ofSeconds(5);

  public RefusedSteps {
    refusedAt = Map.copyOf(refusedAt);
  }

  boolean isEmpty() {
    return refusedAt.isEmpty();
  }

  /** Slots of the backend to which nothing is sent now. */
  Set<SlotId> paused(String backend, Instant now) {
    return refusedAt.entrySet().stream()
        .filter(e -> e.getKey().slot().backend().equals(backend))
        .filter(e -> now.isBefore(e.getValue().plus(PAUSE)))
        .map(e -> e.getKey().slot())
        .collect(Collectors.toSet());
  }

  /** Without the steps of the backend that are no longer planned. */
  RefusedSteps planned(String backend, Collection<Step> steps) {
    return without(step -> step.slot().backend().equals(backend) && !steps.contains(step));
  }

  RefusedSteps withoutBackend(String backend) {
    return without(step -> step.slot().backend().equals(backend));
  }

  /** After these steps were answered, some of them with a refusal. */
  RefusedSteps answered(Collection<Step> sent, Collection<Step> refused, Instant now) {
    if (sent.isEmpty()) {
      return this;
    }
    var next = new HashMap<>(refusedAt);
    next.keySet().removeAll(Set.copyOf(sent));
    refused.forEach(step -> next.put(step, now));
    return new RefusedSteps(next);
  }

  private RefusedSteps without(Predicate<Step> ended) {
    if (refusedAt.keySet().stream().noneMatch(ended)) {
      return this;
    }
    var next = new HashMap<>(refusedAt);
    next.keySet().removeIf(ended);
    return new RefusedSteps(next);
  }
}
