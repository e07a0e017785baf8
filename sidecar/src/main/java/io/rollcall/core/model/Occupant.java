package io.rollcall.core.model;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The member in a slot, and what was last asked of HAProxy for it.
 *
 * @param service as the slot is to have it
 * @param since when it came into this state
 * @param why what brought it there, in words for the page
 * @param deadline when a drain ends at the latest; null in every other state
 * @param byFailure it drains or is parked because it failed, not because it left
 * @param cleared the tracking entries of the slot's earlier occupant are gone
 * @param refused what it says of itself that makes no sense, while it keeps what it had; null for
 *     nothing
 * @param down HAProxy's check fails in rotation; null while it passes
 */
public record Occupant(
    String member,
    ServerSpec service,
    SlotState state,
    Instant since,
    String why,
    @Nullable Instant deadline,
    boolean byFailure,
    boolean cleared,
    @Nullable String refused,
    @Nullable Down down) {
  /**
   * A check that fails.
   *
   * @param check its word, {@code L4CON}
   */
  public record Down(String check, Instant since) {}

  public Occupant {
    Objects.requireNonNull(member);
    Objects.requireNonNull(service);
    Objects.requireNonNull(state);
    Objects.requireNonNull(since);
    Objects.requireNonNull(why);
  }

  /** A member that is given a slot; nothing is asked of HAProxy yet. */
  public static Occupant seated(String member, ServerSpec service, Instant now) {
    String why = "was given the slot";
    return new Occupant(
        member, service, SlotState.PREPARED, now, why, null, false, false, null, null);
  }

  /**
   * A member that was found in rotation.
   *
   * @param cleared nothing is known of earlier occupants, so that all that is tracked may be its
   *     own
   */
  public static Occupant found(String member, ServerSpec service, Instant now, boolean cleared) {
    String why = "found in rotation";
    return new Occupant(
        member, service, SlotState.SERVING, now, why, null, false, cleared, null, null);
  }

  public Endpoint endpoint() {
    return service.endpoint();
  }

  public String boot() {
    return service.boot();
  }

  /** This occupant in another state, from now on and for this reason. */
  public Occupant to(SlotState next, Instant now, String reason) {
    return to(next, now, reason, null, false);
  }

  public Occupant draining(Instant now, String reason, Instant end, boolean failed) {
    return to(SlotState.DRAINING, now, reason, end, failed);
  }

  public Occupant parked(Instant now, String reason, boolean failed) {
    return to(SlotState.PARKED, now, reason, null, failed);
  }

  private Occupant to(
      SlotState next, Instant now, String reason, @Nullable Instant end, boolean failed) {
    return new Occupant(member, service, next, now, reason, end, failed, cleared, null, null);
  }

  public Occupant named(String name) {
    return new Occupant(
        name, service, state, since, why, deadline, byFailure, cleared, refused, down);
  }

  public Occupant with(ServerSpec next) {
    return new Occupant(
        member, next, state, since, why, deadline, byFailure, cleared, refused, down);
  }

  /** With what it offers now, before it joins; what is tracked of another boot is to go. */
  public Occupant anew(ServerSpec next) {
    return with(next).withCleared(cleared && next.boot().equals(boot()));
  }

  public Occupant withDeadline(Instant end) {
    return new Occupant(member, service, state, since, why, end, byFailure, cleared, refused, down);
  }

  public Occupant withCleared(boolean next) {
    return new Occupant(
        member, service, state, since, why, deadline, byFailure, next, refused, down);
  }

  public Occupant with(@Nullable String nextRefused, @Nullable Down nextDown) {
    return new Occupant(
        member, service, state, since, why, deadline, byFailure, cleared, nextRefused, nextDown);
  }

  /** It was found in rotation and no member list has named it yet: its address is its name. */
  public boolean stranger() {
    return member.equals(endpoint().toString());
  }

  /** It takes requests, or would if its check passed. */
  public boolean inRotation() {
    return state == SlotState.SERVING || state == SlotState.SUSPECT;
  }

  /** It is in rotation or on its way there. */
  public boolean seatedNow() {
    return switch (state) {
      case PREPARED, JOINING, SERVING, SUSPECT -> true;
      case FREE, DRAINING, PARKED -> false;
    };
  }
}
