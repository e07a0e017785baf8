package io.rollcall.reconcile;

/** What a pass leaves to do; the later the more. */
public enum NextRun {
  /** Nothing moves. */
  REST,
  /** Something moves in HAProxy or in its members. */
  SOON,
  /** Something was changed and is to be read back. */
  AGAIN,
  /** HAProxy refused a step just now: nothing of what was planned for its slot is remembered. */
  REFUSED;

  public NextRun and(NextRun other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
