package io.rollcall.core;

import java.time.Duration;
import java.time.Instant;

/**
 * A backend's own word, by user event: it acts at once, and is undone unless the member list agrees
 * in time.
 *
 * @param boot must be the one in the member list, or the claim counts for nothing
 * @param deadline how long the member waits for its drain; zero for READY
 */
public record Claim(Kind kind, String boot, Duration deadline, Instant at) {
  /** How long a claim stands alone: a tag is in every list after 0.2 to 0.8 s, measured. */
  public static final Duration PROVISIONAL = Duration.ofSeconds(5);

  /** What the backend said. */
  public enum Kind {
    READY,
    DRAIN
  }

  boolean fresh(Instant now) {
    return now.isBefore(at.plus(PROVISIONAL));
  }
}
