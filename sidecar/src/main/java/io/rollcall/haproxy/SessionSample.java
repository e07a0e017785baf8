package io.rollcall.haproxy;

import java.time.Duration;

/**
 * The tracked sessions of one server at one instant.
 *
 * @param entries number of sessions
 * @param newest the longest remaining lifetime among them, zero for none; each request resets it to
 *     the table's {@code expire}
 */
record SessionSample(int entries, Duration newest) {
  /** Those of both. */
  SessionSample and(SessionSample other) {
    return new SessionSample(
        entries + other.entries, newest.compareTo(other.newest) > 0 ? newest : other.newest);
  }
}
