package io.rollcall.core.model;

import io.rollcall.core.plan.DesiredState;
import io.rollcall.core.plan.SlotStateMachine;

/**
 * Where a slot is in its life. {@link SlotStateMachine} owns the transitions; "wish" is what gossip
 * and operator want of the occupant ({@link DesiredState}).
 *
 * <pre>
 * from      to        when
 * FREE      PREPARED  a member without a slot is given this one
 * PREPARED  JOINING   entries cleared while idle, address and limits read back as wanted
 * PREPARED  PREPARED  old requests outlasted drainTimeout: they are ended
 * PREPARED  FREE      its member goes before it was ready; who served does not go by failure alone
 * JOINING   SERVING   HAProxy's check passes
 * JOINING   PREPARED  HAProxy lost the address, or restarted without it
 * JOINING   FREE      its address changed before it answered
 * JOINING   PARKED    its member goes before it answered; who served, by failure alone, only after
 *                     suspectTimeout
 * SERVING   SUSPECT   failed in gossip, or no longer in the list
 * SERVING   DRAINING  it leaves, says it is starting, an operator drains it, its address changed
 * SERVING   PREPARED  the slot was changed behind our back
 * SERVING   PARKED    an operator asks for maintenance
 * SUSPECT   SERVING   back in gossip
 * SUSPECT   PREPARED  the slot was changed behind our back
 * SUSPECT   DRAINING  the check fails or suspectTimeout is over, and the removal is not held
 * SUSPECT   DRAINING  it leaves, an operator drains it
 * SUSPECT   PARKED    an operator asks for maintenance
 * DRAINING  SERVING   wanted again at the same address
 * DRAINING  SUSPECT   it was removed by failure, its check passes, and removals are held now
 * DRAINING  PARKED    no request and no session is left, the deadline is over, or HAProxy is in maintenance already
 * PARKED    PREPARED  the same member is wanted again, or another is given the slot
 * PARKED    FREE      it comes back at another address
 * PARKED    FREE      an hour has gone, or its member is no longer in the list
 * </pre>
 */
public enum SlotState {
  FREE,
  PREPARED,
  JOINING,
  SERVING,
  SUSPECT,
  DRAINING,
  PARKED
}
