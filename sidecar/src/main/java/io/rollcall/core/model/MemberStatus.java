package io.rollcall.core.model;

/**
 * What the gossip says of a member. {@code UNKNOWN}: the list that was read last does not name it.
 */
public enum MemberStatus {
  ALIVE,
  LEAVING,
  LEFT,
  FAILED,
  UNKNOWN
}
