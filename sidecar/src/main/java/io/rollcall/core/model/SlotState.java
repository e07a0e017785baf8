package io.rollcall.core.model;

/**
 * Where a slot is in its life; {@link SlotTransition} is the table of how it gets from one to
 * another.
 */
public enum SlotState {
  /** No member has the slot. An occupant never has this state: it stands for no occupant. */
  FREE,
  /** In maintenance, while address and limits are set for its new member. */
  PREPARED,
  /** Ready but marked down: the first check that passes lets requests in. */
  JOINING,
  /** Ready. HAProxy skips it while its check fails. */
  SERVING,
  /** Ready; Serf lost its member, so that HAProxy's check decides. */
  SUSPECT,
  /** Only requests with its sticky cookie reach it. */
  DRAINING,
  /** In maintenance; the address is kept for the return of its member. */
  PARKED
}
