package io.rollcall.core.model;

import java.time.Duration;
import java.time.Instant;

/**
 * A backend's own word, by user event: it acts at once, and is undone unless the member list agrees
 * in time.
 *
 * @param agreed the member list said the same once: from then on the list alone counts
 * @param deadline how long the member waits for its drain; zero for READY
 */
public record Announcement(AnnouncementType kind, Duration deadline, Instant at, boolean agreed) {
  /** How long a claim stands alone: a tag is in every list after 0.2 to 0.8 s, measured. */
  public static final Duration PROVISIONAL = Duration.ofSeconds(5);

  /** What the backend said. */
  public enum AnnouncementType {
    READY,
    DRAIN
  }

  /**
   * Whose word it is: one run of a member.
   *
   * @param boot must be the one in the member list, or the claim counts for nothing
   */
  public record Incarnation(String member, String boot) {}

  /** It acts although the list does not agree yet. */
  public boolean provisional(Instant now) {
    // either way: a clock that is set back must not make it stand for longer
    return !agreed && Duration.between(at, now).abs().compareTo(PROVISIONAL) < 0;
  }

  public Announcement withAgreement() {
    return new Announcement(kind, deadline, at, true);
  }
}
