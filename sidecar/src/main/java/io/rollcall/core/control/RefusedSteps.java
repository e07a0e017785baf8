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
 * @param refusals when each was refused last, and how
 */
public record RefusedSteps(Map<Step, Refusal> refusals) {
  /**
   * HAProxy's answer to a step.
   *
   * @param line one line with the command and the reply
   */
  public record Refusal(Instant at, String line) {}

  static final RefusedSteps NONE = new RefusedSteps(Map.of());
  static final Duration PAUSE = Duration.ofSeconds(5);

  public RefusedSteps {
    refusals = Map.copyOf(refusals);
  }

  boolean isEmpty() {
    return refusals.isEmpty();
  }

  /** Slots of the backend to which nothing is sent now, with the refusal. */
  Map<SlotId, String> paused(String backend, Instant now) {
    return refusals.entrySet().stream()
        .filter(e -> e.getKey().slot().backend().equals(backend))
        .filter(e -> now.isBefore(e.getValue().at().plus(PAUSE)))
        .collect(
            Collectors.toMap(
                e -> e.getKey().slot(), e -> e.getValue().line(), RefusedSteps::first));
  }

  /** Of several refusals for one slot always the same, so that what is shown does not change. */
  static String first(String one, String two) {
    return one.compareTo(two) <= 0 ? one : two;
  }

  /** Without the steps of the backend that are no longer planned. */
  RefusedSteps planned(String backend, Collection<Step> steps) {
    return without(step -> step.slot().backend().equals(backend) && !steps.contains(step));
  }

  RefusedSteps withoutBackend(String backend) {
    return without(step -> step.slot().backend().equals(backend));
  }

  /** After these steps were answered, some of them with a refusal. */
  RefusedSteps answered(Collection<Step> sent, Map<Step, String> refused, Instant now) {
    if (sent.isEmpty()) {
      return this;
    }
    var next = new HashMap<>(refusals);
    next.keySet().removeAll(Set.copyOf(sent));
    refused.forEach((step, line) -> next.put(step, new Refusal(now, line)));
    return new RefusedSteps(next);
  }

  private RefusedSteps without(Predicate<Step> ended) {
    if (refusals.keySet().stream().noneMatch(ended)) {
      return this;
    }
    var next = new HashMap<>(refusals);
    next.keySet().removeIf(ended);
    return new RefusedSteps(next);
  }
}
