package io.rollcall.core.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an operator asks for over HTTP. It concerns this balancer only; its text is for the event
 * log.
 */
public sealed interface OperatorAction {
  /** An action on one member of a pool: it sets or removes the member's intent. */
  sealed interface OfMember extends OperatorAction {
    String backend();

    String member();
  }

  /**
   * Drains it, sets it to maintenance, or keeps it in rotation whatever its tags are.
   *
   * @param reason given by the operator, on one line; null for none
   * @param until when it ends; null for never
   */
  record SetState(
      String backend,
      String member,
      Intent.Action action,
      @Nullable String reason,
      @Nullable Instant until)
      implements OfMember {
    /** Without a reason and an end. */
    public SetState(String backend, String member, Intent.Action action) {
      this(backend, member, action, null, null);
    }

    /** The same with its time converted. */
    public SetState withUntil(@Nullable Instant time) {
      return new SetState(backend, member, action, reason, time);
    }

    @Override
    public String toString() {
      return switch (action) {
        case DRAIN -> "drained";
        case MAINT -> "set to maintenance";
        case READY -> "kept ready";
      };
    }
  }

  /** Weight from 0 to 256; overrides the one in its tags. */
  record SetWeightTo(String backend, String member, int weight) implements OfMember {
    @Override
    public String toString() {
      return "weight set to " + weight;
    }
  }

  /** Removes its intent: it returns to automatic. */
  record ClearIntent(String backend, String member) implements OfMember {
    @Override
    public String toString() {
      return "returned to automatic";
    }
  }

  /** Releases the removals that are held now. */
  record ReleaseHold(String backend) implements OperatorAction {
    @Override
    public String toString() {
      return "release of the hold requested";
    }
  }

  /** Reads the member list and the slots again. */
  record Resync() implements OperatorAction {
    @Override
    public String toString() {
      return "resync requested";
    }
  }
}
