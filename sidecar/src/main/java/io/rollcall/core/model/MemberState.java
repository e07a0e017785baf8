package io.rollcall.core.model;

/** How a member stands in a pool. */
public enum MemberState {
  /** It has no slot: none is free, or another member has its address. */
  WAITING,
  /** In a slot that takes no request until the check passes. */
  JOINING,
  SERVING,
  /** Failed in gossip while HAProxy's check passes: it still serves. */
  SUSPECT,
  /** Takes no new session; what it has may end. */
  DRAINING,
  /** HAProxy's check fails. */
  DOWN,
  /** In maintenance by somebody's intent. */
  MAINT,
  /** Gone; its slot keeps the address for its return. */
  PARKED,
  /** It cannot have a slot as it is: what it says of itself is of no use. */
  REFUSED;

  /** It takes new sessions now. */
  public boolean serves() {
    return this == SERVING || this == SUSPECT;
  }
}
