package io.rollcall.core.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an operator decided for a member of a pool. It survives restarts and new boots, and
 * overrides the member's tags.
 *
 * @param action null if only a weight was set
 * @param weight 0 to 256, null if none was set
 * @param by the name of the operator's token, or {@code by hand} (on HAProxy's admin socket);
 *     {@code api} for one that an earlier version saved
 * @param reason what the operator gave as the reason; null for none
 * @param until when the action, but not the weight, ends by itself; null for never
 */
public record Intent(
    @Nullable Action action,
    @Nullable Integer weight,
    String by,
    Instant at,
    @Nullable String reason,
    @Nullable Instant until) {
  /** By an operator on HAProxy's admin socket. */
  public static final String BY_HAND = "by hand";

  /** By an operator over HTTP, whose name is not known. */
  public static final String BY_API = "api";

  /** One without a reason and an end. */
  public Intent(@Nullable Action action, @Nullable Integer weight, String by, Instant at) {
    this(action, weight, by, at, null, null);
  }

  /** The same with another time. */
  public Intent at(Instant time) {
    return new Intent(action, weight, by, time, reason, until);
  }

  /** What remains after {@link #until}: its weight, if it has one. */
  public @Nullable Intent ended() {
    return weight == null ? null : new Intent(null, weight, by, at);
  }

  /** The states that an operator can set. */
  public enum Action {
    DRAIN,
    MAINT,
    READY
  }
}
