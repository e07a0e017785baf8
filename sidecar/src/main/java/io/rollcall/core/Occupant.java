package io.rollcall.core;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The member in a slot, and what was last asked of HAProxy for it.
 *
 * @param boot the run of its application that was seen last; empty where it never said
 * @param weight last set, 0 to 256
 * @param maxconn last set, 0 for none
 * @param since when it came into this state
 * @param why what brought it there, in words for the page
 * @param deadline when a drain ends at the latest; null in every other state
 * @param byFailure it drains or is parked because it failed, not because it left
 * @param cleared the tracking entries of the slot's earlier occupant are gone
 */
public record Occupant(
    String member,
    String boot,
    Endpoint endpoint,
    int weight,
    int maxconn,
    SlotState state,
    Instant since,
    String why,
    @Nullable Instant deadline,
    boolean byFailure,
    boolean cleared) {

  /** A member that is given a slot; nothing is asked of HAProxy yet. */
  static Occupant seated(String member, Wish.Serve wish, Instant now, String why) {
    return new Occupant(
        member,
        wish.boot(),
        wish.endpoint(),
        wish.weight(),
        wish.maxconn(),
        SlotState.PREPARED,
        now,
        why,
        null,
        false,
        false);
  }

  /** This occupant in another state, from now on and for this reason. */
  Occupant to(SlotState next, Instant now, String reason) {
    return new Occupant(
        member,
        boot,
        endpoint,
        weight,
        maxconn,
        next,
        now,
        reason,
        null,
        byFailure && next == SlotState.PARKED,
        cleared);
  }

  Occupant draining(Instant now, String reason, Instant end, boolean failed) {
    return new Occupant(
        member,
        boot,
        endpoint,
        weight,
        maxconn,
        SlotState.DRAINING,
        now,
        reason,
        end,
        failed,
        cleared);
  }

  Occupant withDeadline(Instant end) {
    return new Occupant(
        member, boot, endpoint, weight, maxconn, state, since, why, end, byFailure, cleared);
  }

  Occupant withBoot(String next) {
    return new Occupant(
        member, next, endpoint, weight, maxconn, state, since, why, deadline, byFailure, cleared);
  }

  Occupant withLimits(int nextWeight, int nextMaxconn) {
    return new Occupant(
        member,
        boot,
        endpoint,
        nextWeight,
        nextMaxconn,
        state,
        since,
        why,
        deadline,
        byFailure,
        cleared);
  }

  Occupant withEndpoint(Endpoint next) {
    return new Occupant(
        member, boot, next, weight, maxconn, state, since, why, deadline, byFailure, cleared);
  }

  Occupant withCleared(boolean next) {
    return new Occupant(
        member, boot, endpoint, weight, maxconn, state, since, why, deadline, byFailure, next);
  }

  /** It holds its address against others: a second slot with it would have the same cookie. */
  boolean seatedNow() {
    return switch (state) {
      case PREPARED, JOINING, SERVING, SUSPECT -> true;
      case FREE, DRAINING, PARKED -> false;
    };
  }
}
