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
  /** Left or drained as planned; its slot keeps the address for its return. */
  PARKED,
  /** Given up because it died; its slot keeps the address for its return. */
  FAILED,
  /** Its address or tags are invalid: it has no slot. */
  REFUSED,
  /** It has a slot, and HAProxy could not be read. The JSON status has null for it. */
  UNKNOWN,
  /** A server of haproxy.cfg that is not a slot, or a member that such a server serves. */
  UNMANAGED;

  /** It takes new sessions now. */
  public boolean serves() {
    return this == SERVING || this == SUSPECT;
  }
}
