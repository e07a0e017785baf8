package io.rollcall.core.model;

import java.time.Duration;
import java.time.Instant;

/**
 * What a backend announces about itself, sooner than the member list says so. It has an effect at
 * once, and is undone unless the member list confirms it in time.
 *
 * @param agreed the member list confirmed it: from then on the list alone counts
 * @param deadline how long the member waits for its drain; zero for READY
 * @param at when it was announced first
 * @param signed its signature was valid: whoever sent it has the key of {@code announce.key}
 */
public record Announcement(
    AnnouncementType kind, Duration deadline, Instant at, boolean agreed, boolean signed) {
  /** How long it counts unconfirmed: a tag is in every list after 0.2 to 0.8 s, measured. */
  public static final Duration PROVISIONAL = Duration.ofSeconds(5);

  /** What a backend announces. */
  public enum AnnouncementType {
    READY,
    DRAIN
  }

  /**
   * One run of a member's application.
   *
   * @param boot the tag of the same name; an announcement counts only if the member list has it
   */
  public record Incarnation(String member, String boot) {}

  /** It counts although the list does not confirm it yet. */
  public boolean provisional(Instant now) {
    return !agreed && now.isBefore(at.plus(PROVISIONAL));
  }

  public Announcement withAgreement() {
    return new Announcement(kind, deadline, at, true, signed);
  }

  /**
   * The same announcement once more: it does not count for longer than the first, and may allow
   * less time.
   */
  Announcement repeated(Announcement again) {
    Duration left = Duration.between(at, again.at).plus(again.deadline);
    return new Announcement(
        kind, left.compareTo(deadline) < 0 ? left : deadline, at, agreed, signed || again.signed);
  }
}
