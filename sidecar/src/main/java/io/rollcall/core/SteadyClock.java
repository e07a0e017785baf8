package io.rollcall.core;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * A clock that never jumps: it begins at the wall clock's time and then advances with a monotonic
 * source. All intervals and deadlines are computed with it, so a wall clock that is set forward or
 * back changes none of them. {@link #wall} converts its instants for people to read.
 *
 * <p>Thread-safe.
 */
public final class SteadyClock implements InstantSource {
  /** A smaller difference is not worth it that a displayed time changes between two views. */
  private static final Duration TOLERANCE = Duration.ofSeconds(1);

  private final InstantSource wall;
  private final LongSupplier nanoTime;
  private final Instant startWall;
  private final long startNano;

  /** What has to be added to a steady instant to get the wall clock's time. */
  private volatile Duration offset = Duration.ZERO;

  /**
   * Starts at the wall clock's present time.
   *
   * @param nanoTime nanoseconds from an arbitrary origin, never decreasing
   */
  public SteadyClock(InstantSource wall, LongSupplier nanoTime) {
    this.wall = wall;
    this.nanoTime = nanoTime;
    this.startWall = wall.instant();
    this.startNano = nanoTime.getAsLong();
  }

  /** The present time on the steady time line: for intervals, not for people. */
  @Override
  public Instant instant() {
    return startWall.plusNanos(nanoTime.getAsLong() - startNano);
  }

  /**
   * The wall clock's time at a steady instant, by the wall clock as it is set now. The offset
   * between both clocks is measured again at each call, but replaced only if it has changed by more
   * than one second.
   */
  public Instant wall(Instant steady) {
    Duration now = Duration.between(instant(), wall.instant());
    if (now.minus(offset).abs().compareTo(TOLERANCE) > 0) {
      offset = now;
    }
    return steady.plus(offset);
  }

  /** The steady time of a time of the wall clock. */
  public Instant steady(Instant wall) {
    Instant now = instant();
    return now.plus(Duration.between(wall(now), wall));
  }
}
