package io.rollcall.core.model;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The member in a slot, and what was last set in HAProxy for it.
 *
 * @param service the specification that the slot is to have
 * @param state never {@code FREE}: a free slot has no occupant
 * @param since when it came into this state
 * @param why what brought it there, for people to read
 * @param deadline when a drain ends at the latest; null in every other state
 * @param byFailure it drains or is parked because it failed, not because it left
 * @param cleared the tracked sessions of the slot's earlier occupant are cleared
 * @param refused what is invalid in its tags, while the previous values are kept; null for nothing
 * @param configuredMaxconn the limit of haproxy.cfg, as it was before Rollcall changed it; null
 *     while it is unchanged
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
    @Nullable Integer configuredMaxconn,
    @Nullable Down down) {
  /**
   * A check that fails.
   *
   * @param check its status in HAProxy's words, {@code L4CON}
   */
  public record Down(String check, Instant since) {}

  public Occupant {
    Objects.requireNonNull(member);
    Objects.requireNonNull(service);
    Objects.requireNonNull(state);
    Objects.requireNonNull(since);
    Objects.requireNonNull(why);
  }

  /** A member that is assigned a slot; nothing is set in HAProxy yet. */
  public static Occupant assigned(String member, ServerSpec service, Instant now) {
    return new Occupant(
        member,
        service,
        SlotState.PREPARED,
        now,
        "assigned to the slot",
        null,
        false,
        false,
        null,
        null,
        null);
  }

  /**
   * A member that was found in rotation.
   *
   * @param cleared no earlier occupant is known, so that all tracked sessions may be its own
   */
  public static Occupant adopted(String member, ServerSpec service, Instant now, boolean cleared) {
    return new Occupant(
        member,
        service,
        SlotState.SERVING,
        now,
        "found in rotation",
        null,
        false,
        cleared,
        null,
        null,
        null);
  }

  public Endpoint endpoint() {
    return service.endpoint();
  }

  public String boot() {
    return service.boot();
  }

  /** In another state from now on, for this reason. */
  public Occupant withState(SlotState next, Instant now, String reason) {
    return withState(next, now, reason, null, false);
  }

  public Occupant draining(Instant now, String reason, Instant end, boolean failed) {
    return withState(SlotState.DRAINING, now, reason, end, failed);
  }

  public Occupant parked(Instant now, String reason, boolean failed) {
    return withState(SlotState.PARKED, now, reason, null, failed);
  }

  private Occupant withState(
      SlotState next, Instant now, String reason, @Nullable Instant end, boolean failed) {
    return new Occupant(
        member, service, next, now, reason, end, failed, cleared, null, configuredMaxconn, null);
  }

  public Occupant withMember(String name) {
    return new Occupant(
        name,
        service,
        state,
        since,
        why,
        deadline,
        byFailure,
        cleared,
        refused,
        configuredMaxconn,
        down);
  }

  public Occupant withService(ServerSpec next) {
    if (next.equals(service)) {
      return this; // most of them in each plan: one that is the same is found so at once
    }
    return new Occupant(
        member,
        next,
        state,
        since,
        why,
        deadline,
        byFailure,
        cleared,
        refused,
        configuredMaxconn,
        down);
  }

  /** With its present specification, before it joins; another boot's sessions are to be cleared. */
  public Occupant preparedFor(ServerSpec next) {
    return withService(next).withCleared(cleared && next.boot().equals(boot()));
  }

  public Occupant withDeadline(Instant end) {
    return new Occupant(
        member,
        service,
        state,
        since,
        why,
        end,
        byFailure,
        cleared,
        refused,
        configuredMaxconn,
        down);
  }

  public Occupant withCleared(boolean next) {
    if (next == cleared) {
      return this;
    }
    return new Occupant(
        member,
        service,
        state,
        since,
        why,
        deadline,
        byFailure,
        next,
        refused,
        configuredMaxconn,
        down);
  }

  /** With what is invalid in its tags, and how its check is. */
  public Occupant withStatus(@Nullable String nextRefused, @Nullable Down nextDown) {
    if (Objects.equals(nextRefused, refused) && Objects.equals(nextDown, down)) {
      return this;
    }
    return new Occupant(
        member,
        service,
        state,
        since,
        why,
        deadline,
        byFailure,
        cleared,
        nextRefused,
        configuredMaxconn,
        nextDown);
  }

  /** With the limit of haproxy.cfg for its slot; null if that is unchanged. */
  public Occupant withConfiguredMaxconn(@Nullable Integer next) {
    if (Objects.equals(next, configuredMaxconn)) {
      return this;
    }
    return new Occupant(
        member, service, state, since, why, deadline, byFailure, cleared, refused, next, down);
  }

  /** A server found in rotation that no member list has named yet: its address is its name. */
  public boolean isUnnamed() {
    return member.equals(endpoint().toString());
  }

  /** It takes requests, or would if its check passed. */
  public boolean inRotation() {
    return state == SlotState.SERVING || state == SlotState.SUSPECT;
  }

  /** It is in rotation or on its way there. */
  public boolean isActive() {
    return switch (state) {
      case PREPARED, JOINING, SERVING, SUSPECT -> true;
      case FREE, DRAINING, PARKED -> false;
    };
  }
}
