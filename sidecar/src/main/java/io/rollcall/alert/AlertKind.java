package io.rollcall.alert;

import java.time.Duration;

/** The kinds of failure that raise an alert, the most severe first. */
public enum AlertKind {
  /** A pool with members has no server up. */
  NO_SERVER_UP(Duration.ZERO, true),
  /** Fewer servers are up than the share {@code holdBelow} of those that should be. */
  LOW_CAPACITY(Duration.ofSeconds(10), false),
  /** Removals by failure are held. */
  REMOVALS_HELD(Duration.ZERO, false),
  /** A member waits and no slot is free. */
  NO_FREE_SLOT(Duration.ofSeconds(10), false),
  /** A member failed in gossip, is suspect, or its check fails. */
  MEMBER(Duration.ofSeconds(10), false),
  /** Drift was repaired repeatedly. */
  DRIFT(Duration.ZERO, false),
  /** HAProxy, Serf, or a file that Rollcall requires fails. */
  COMPONENT(Duration.ofSeconds(10), false);

  private final Duration delay;
  private final boolean urgent;

  AlertKind(Duration delay, boolean urgent) {
    this.delay = delay;
    this.urgent = urgent;
  }

  /** How long a failure must last to raise an alert. */
  public Duration delay() {
    return delay;
  }

  /** Waits neither for a digest nor for the hourly limit. */
  public boolean urgent() {
    return urgent;
  }

  /** How much it matters. */
  public AlertSeverity severity() {
    return urgent ? AlertSeverity.CRITICAL : AlertSeverity.WARNING;
  }
}
