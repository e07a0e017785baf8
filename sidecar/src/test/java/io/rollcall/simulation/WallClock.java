package io.rollcall.simulation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;

/**
 * The clock that people read. It is set forward or back by hours now and then, by a random source
 * of its own: with and without jumps a schedule is otherwise the same.
 */
final class WallClock implements InstantSource {
  /** How it runs. */
  enum Jumps {
    NONE,
    HOURS
  }

  private final Simulation world;
  private final Random random;
  private final Jumps jumps;
  private Duration offset = Duration.ZERO;

  WallClock(Simulation world, long seed, Jumps jumps) {
    this.world = world;
    this.random = new Random(~seed);
    this.jumps = jumps;
  }

  @Override
  public Instant instant() {
    return world.now.plus(offset);
  }

  /** Perhaps somebody sets it. */
  void mayJump() {
    if (jumps == Jumps.HOURS && random.nextInt(8) == 0) {
      offset = Duration.ofSeconds(random.nextInt(2 * 6 * 3600) - 6 * 3600);
    }
  }
}
