package io.rollcall.core.model;

import java.util.List;

/**
 * A row of the table of all transitions of a slot. A slot that stays in its state may change in
 * other ways: that is not a transition.
 *
 * @param from the states that it leads from, in their order
 * @param when its causes, as a phrase in Markdown
 */
public record SlotTransition(List<SlotState> from, SlotState to, String when) {
  public static final List<SlotTransition> TABLE =
      List.of(
          row(
              SlotState.FREE,
              SlotState.PREPARED,
              "a member without a slot is given this one; HAProxy lost a slot that is added again"),
          row(
              SlotState.FREE,
              SlotState.SERVING,
              "the slot was found in rotation at the address of a member, or before any state was saved"),
          row(
              SlotState.PREPARED,
              SlotState.JOINING,
              "in maintenance, idle, tracked sessions cleared; address, weight and maxconn read back as set"),
          row(
              SlotState.PREPARED,
              SlotState.FREE,
              "the member leaves, moves, says `starting` or is taken out; failed, if it never served"),
          row(SlotState.JOINING, SlotState.SERVING, "HAProxy's check passes"),
          row(
              SlotState.JOINING,
              SlotState.PREPARED,
              "the address was changed, or HAProxy restarted without the slot"),
          row(SlotState.JOINING, SlotState.FREE, "the member has another address"),
          row(
              SlotState.JOINING,
              SlotState.PARKED,
              "the member leaves, says `starting` or is taken out; failed, if it never served or"
                  + " `suspectTimeout` is over"),
          row(
              SlotState.SERVING,
              SlotState.SUSPECT,
              "failed in gossip, or no longer in the member list"),
          row(
              SlotState.SERVING,
              SlotState.DRAINING,
              "the member leaves, says `starting`, has another address, or an operator drains it"),
          row(
              List.of(SlotState.SERVING, SlotState.SUSPECT),
              SlotState.PREPARED,
              "the address was changed by hand, or HAProxy restarted without the slot"),
          row(
              List.of(SlotState.SERVING, SlotState.SUSPECT),
              SlotState.PARKED,
              "an operator asks for maintenance; its tags no longer match, with `onRoleChange: cut`"),
          row(SlotState.SUSPECT, SlotState.SERVING, "back in gossip"),
          row(
              SlotState.SUSPECT,
              SlotState.DRAINING,
              "the check fails or `suspectTimeout` is over, and the removal is not held; or as for SERVING"),
          row(SlotState.DRAINING, SlotState.SERVING, "the member returns at the same address"),
          row(
              SlotState.DRAINING,
              SlotState.SUSPECT,
              "removed because it failed, its check passes, and its removal is held now"),
          row(
              SlotState.DRAINING,
              SlotState.PARKED,
              "no request is left, and no session was seen within `sessionIdle` or the check fails; the"
                  + " deadline is over; an operator asks for maintenance; the address was changed by hand"),
          row(
              SlotState.PARKED,
              SlotState.PREPARED,
              "the member returns at the same address, or another is given the slot"),
          row(
              SlotState.PARKED,
              SlotState.FREE,
              "parked for an hour; the member is not in the list, or has another address"),
          row(
              List.of(
                  SlotState.PREPARED,
                  SlotState.JOINING,
                  SlotState.SERVING,
                  SlotState.SUSPECT,
                  SlotState.DRAINING,
                  SlotState.PARKED),
              SlotState.FREE,
              "HAProxy has no such slot"));

  public SlotTransition {
    from = List.copyOf(from);
  }

  /** A slot may get from one state to the other, or stay. */
  public static boolean permits(SlotState from, SlotState to) {
    return from == to || TABLE.stream().anyMatch(row -> row.to == to && row.from.contains(from));
  }

  private static SlotTransition row(SlotState from, SlotState to, String when) {
    return row(List.of(from), to, when);
  }

  private static SlotTransition row(List<SlotState> from, SlotState to, String when) {
    return new SlotTransition(from, to, when);
  }
}
