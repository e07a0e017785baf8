package io.rollcall.core.model;

/** State of a member in a pool, as it is shown. */
public enum MemberState {
  /** It has no slot: none is free, or another member has its address. */
  WAITING,
  /** In a slot that takes no requests until the check passes. */
  JOINING,
  SERVING,
  /** Failed in gossip while HAProxy's check passes: it still serves. */
  SUSPECT,
  /** Takes no new sessions; those it has may end. */
  DRAINING,
  /** HAProxy's check fails. */
  DOWN,
  /** In maintenance, as an operator asked. */
  MAINT,
  /** Gone; its slot keeps the address for its return. */
  PARKED,
  /** Its address or tags are invalid: it has no slot. */
  REFUSED;

  /** It takes new sessions now. */
  public boolean serves() {
    return this == SERVING || this == SUSPECT;
  }
}
