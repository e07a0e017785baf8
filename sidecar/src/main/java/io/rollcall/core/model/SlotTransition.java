package io.rollcall.core.model;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The table of all transitions of a slot. A slot that stays in its state may change in other ways:
 * that is not a transition.
 */
public enum SlotTransition {
  ASSIGN(
      SlotState.FREE,
      SlotState.PREPARED,
      "a member without a slot is given this one; HAProxy lost a slot that is added again"),
  ADOPT(
      SlotState.FREE,
      SlotState.SERVING,
      "the slot was found in rotation at the address of a member, or before any state was saved"),
  JOIN(
      SlotState.PREPARED,
      SlotState.JOINING,
      "in maintenance, idle, tracked sessions cleared; address, weight and maxconn read back as set"),
  CANCEL(
      SlotState.PREPARED,
      SlotState.FREE,
      "the member leaves, moves, says `starting` or is taken out; failed, if it never served"),
  SERVE(SlotState.JOINING, SlotState.SERVING, "HAProxy's check passes"),
  RETRY(
      SlotState.JOINING,
      SlotState.PREPARED,
      "the address was changed, or HAProxy restarted without the slot"),
  MOVE_EARLY(SlotState.JOINING, SlotState.FREE, "the member has another address"),
  STOP_EARLY(
      SlotState.JOINING,
      SlotState.PARKED,
      "the member leaves, says `starting` or is taken out; failed, if it never served or"
          + " `suspectTimeout` is over"),
  SUSPECT(
      SlotState.SERVING, SlotState.SUSPECT, "failed in gossip, or no longer in the member list"),
  DRAIN(
      SlotState.SERVING,
      SlotState.DRAINING,
      "the member leaves, says `starting`, has another address, or an operator drains it"),
  REPAIR(
      EnumSet.of(SlotState.SERVING, SlotState.SUSPECT),
      SlotState.PREPARED,
      "the address was changed by hand, or HAProxy restarted without the slot"),
  MAINTAIN(
      EnumSet.of(SlotState.SERVING, SlotState.SUSPECT),
      SlotState.PARKED,
      "an operator asks for maintenance"),
  RECOVER(SlotState.SUSPECT, SlotState.SERVING, "back in gossip"),
  REMOVE(
      SlotState.SUSPECT,
      SlotState.DRAINING,
      "the check fails or `suspectTimeout` is over, and the removal is not held; or as for SERVING"),
  RESUME(SlotState.DRAINING, SlotState.SERVING, "the member returns at the same address"),
  HOLD(
      SlotState.DRAINING,
      SlotState.SUSPECT,
      "removed because it failed, its check passes, and its removal is held now"),
  PARK(
      SlotState.DRAINING,
      SlotState.PARKED,
      "no request is left, and no session was seen within `sessionIdle` or the check fails; the"
          + " deadline is over; an operator asks for maintenance; the address was changed by hand"),
  RETURN(
      SlotState.PARKED,
      SlotState.PREPARED,
      "the member returns at the same address, or another is given the slot"),
  RELEASE(
      SlotState.PARKED,
      SlotState.FREE,
      "parked for an hour; the member is not in the list, or has another address"),
  LOSE(
      EnumSet.of(
          SlotState.PREPARED,
          SlotState.JOINING,
          SlotState.SERVING,
          SlotState.SUSPECT,
          SlotState.DRAINING,
          SlotState.PARKED),
      SlotState.FREE,
      "HAProxy has no such slot");

  private final Set<SlotState> from;
  private final SlotState to;
  private final String when;

  SlotTransition(SlotState from, SlotState to, String when) {
    this(EnumSet.of(from), to, when);
  }

  SlotTransition(Set<SlotState> from, SlotState to, String when) {
    this.from = from;
    this.to = to;
    this.when = when;
  }

  /** The states that it leads from, in their order. */
  public List<SlotState> from() {
    return List.copyOf(from);
  }

  public SlotState to() {
    return to;
  }

  /** Its causes, as a phrase in Markdown. */
  public String when() {
    return when;
  }

  /** A slot may get from one state to the other, or stay. */
  public static boolean permits(SlotState from, SlotState to) {
    return from == to
        || Arrays.stream(values()).anyMatch(row -> row.to == to && row.from.contains(from));
  }
}
