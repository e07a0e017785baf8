package io.rollcall.core.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a person decided for a member of a pool. It outlives restarts and new boots, and goes before
 * the member's tags.
 *
 * @param action null where only a weight was set
 * @param weight 0 to 256, null where none was set
 * @param by who: {@code api} or {@code by hand} (on HAProxy's admin socket)
 */
public record Intent(@Nullable Action action, @Nullable Integer weight, String by, Instant at) {
  /** Who decided: a person on HAProxy's admin socket. */
  public static final String BY_HAND = "by hand";

  /** Who decided: a person over HTTP. */
  public static final String BY_API = "api";

  /** The operator's words for a member. */
  public enum Action {
    DRAIN,
    MAINT,
    READY
  }
}
