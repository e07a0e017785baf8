package io.rollcall.store;

import io.rollcall.core.ClockReading;
import java.time.Duration;
import java.time.Instant;

/** Readings of clocks for formats. */
public final class Clocks {
  /** Steady and wall clock agree, as at the start of a process. */
  public static final ClockReading START = at(Instant.parse("2026-11-22T09:00:00Z"));

  private Clocks() {}

  /** Both clocks show this time; the kernel runs since an hour before {@link #START}. */
  public static ClockReading at(Instant time) {
    Instant boot = Instant.parse("2026-11-22T08:00:00Z");
    return new ClockReading(
        time, time, "8c0e6a52-2f0b-4d65-9f5c-0d6f6b3b7a11", Duration.between(boot, time));
  }
}
