package io.rollcall.core.model;

/**
 * State of a member in gossip. {@code UNKNOWN}: the list that was read last does not contain it.
 */
public enum MemberStatus {
  ALIVE,
  LEAVING,
  LEFT,
  FAILED,
  UNKNOWN
}
