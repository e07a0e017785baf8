package io.rollcall.alert;

import java.time.Duration;

/** The kinds of trouble that are worth a mail, the worst first. */
public enum AlertKind {
  /** A pool that had members and has none up. */
  EMPTY(Duration.ZERO, true),
  /** Fewer are up than {@code holdBelow} of those that should be. */
  LOW(Duration.ofSeconds(10), false),
  /** A removal is withheld. */
  HELD(Duration.ZERO, false),
  /** A member waits, and no slot is free. */
  FULL(Duration.ofSeconds(10), false),
  /** A member failed in gossip, is suspect, or its check fails. */
  MEMBER(Duration.ofSeconds(10), false),
  /** Differences that nobody asked for were put right again and again. */
  DRIFT(Duration.ZERO, false),
  /** HAProxy, Serf, or a file: a part that Rollcall needs does not work. */
  PART(Duration.ofSeconds(10), false);

  private final Duration delay;
  private final boolean urgent;

  AlertKind(Duration delay, boolean urgent) {
    this.delay = delay;
    this.urgent = urgent;
  }

  /** How long it has to last before it is worth a mail. */
  public Duration delay() {
    return delay;
  }

  /** It waits for no digest and no cap. */
  public boolean urgent() {
    return urgent;
  }
}
