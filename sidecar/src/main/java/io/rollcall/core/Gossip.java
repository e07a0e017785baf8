package io.rollcall.core;

/**
 * What the gossip says of a member. {@code UNKNOWN}: the list that was read last does not name it.
 */
public enum Gossip {
  ALIVE,
  LEAVING,
  LEFT,
  FAILED,
  UNKNOWN
}
