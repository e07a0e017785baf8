package io.rollcall.core.control;

import org.jspecify.annotations.Nullable;

/** The answer to a backend that asks whether it may stop. */
public sealed interface DrainAnswer {
  /** No slot of this balancer is used by it any more. */
  record Drained() implements DrainAnswer {}

  /**
   * It is still used.
   *
   * @param sessions tracked sessions that name it, null if unknown
   * @param requests running and queued, null if unknown
   */
  record InUse(@Nullable Integer sessions, @Nullable Integer requests) implements DrainAnswer {}
}
