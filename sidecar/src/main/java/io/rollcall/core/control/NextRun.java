package io.rollcall.core.control;

/** What a cycle left to do, in ascending order of what counts for all pools together. */
public enum NextRun {
  /** Nothing moves. */
  AT_REST,
  /** Something moves in HAProxy or in its members. */
  SOON,
  /** Something changed and has to be read back. */
  AT_ONCE,
  /** HAProxy refused a step: nothing of what was planned for its slot is kept. */
  REFUSED,
  /** HAProxy could not be read, or the outcome of a step is unknown. */
  AFTER_FAILURE;

  NextRun and(NextRun other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
