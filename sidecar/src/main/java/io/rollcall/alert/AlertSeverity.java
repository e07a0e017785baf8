package io.rollcall.alert;

/** How much an alert matters. */
public enum AlertSeverity {
  /** Somebody who should serve does not, or Rollcall is not in control. */
  WARNING,
  /** Visitors are hit. */
  CRITICAL
}
