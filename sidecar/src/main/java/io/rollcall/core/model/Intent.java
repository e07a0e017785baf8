package io.rollcall.core.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an operator decided for a member of a pool. It survives restarts and new boots, and
 * overrides the member's tags.
 *
 * @param action null if only a weight was set
 * @param weight 0 to 256, null if none was set
 * @param by who: {@code api} or {@code by hand} (on HAProxy's admin socket)
 */
public record Intent(@Nullable Action action, @Nullable Integer weight, String by, Instant at) {
  /** By an operator on HAProxy's admin socket. */
  public static final String BY_HAND = "by hand";

  /** By an operator over HTTP. */
  public static final String BY_API = "api";

  /** The states that an operator can set. */
  public enum Action {
    DRAIN,
    MAINT,
    READY
  }
}
