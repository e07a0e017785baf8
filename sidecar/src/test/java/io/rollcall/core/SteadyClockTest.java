package io.rollcall.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

  private Instant wall = START;
  private long nanos = -5;
  private final SteadyClock clock = new SteadyClock(() -> wall, () -> nanos);

  private void pass(Duration time) {
    nanos += time.toNanos();
    wall = wall.plus(time);
  }

  @Test
  void advancesWithTheMonotonicSourceFromTheWallTimeAtItsStart() {
    assertEquals(START, clock.instant());
    pass(Duration.ofMillis(1500));
    assertEquals(START.plusMillis(1500), clock.instant());
  }

  @Test
  void doesNotJumpWithTheWallClock() {
    pass(Duration.ofSeconds(10));
    wall = wall.minus(Duration.ofHours(3));
    assertEquals(START.plusSeconds(10), clock.instant());
    wall = wall.plus(Duration.ofHours(6));
    assertEquals(START.plusSeconds(10), clock.instant());
  }

  @Test
  void convertsAnEarlierInstantByTheWallClockAsItIsSetNow() {
    Instant began = clock.instant();
    pass(Duration.ofSeconds(10));
    assertEquals(START, clock.wall(began));
    wall = wall.plus(Duration.ofHours(3));
    assertEquals(START.plus(Duration.ofHours(3)), clock.wall(began));
    assertEquals(wall, clock.wall(clock.instant()));
    wall = wall.minus(Duration.ofHours(3));
    assertEquals(START, clock.wall(began));
  }

  @Test
  void keepsDisplayedTimesWhileBothClocksDifferByOneSecondAtMost() {
    Instant began = clock.instant();
    wall = wall.plusMillis(1000);
    assertEquals(START, clock.wall(began));
    wall = wall.minusMillis(1900);
    assertEquals(START, clock.wall(began));
    wall = wall.minusMillis(101);
    assertEquals(START.minusMillis(1001), clock.wall(began));
    wall = wall.plusMillis(1000);
    assertEquals(START.minusMillis(1001), clock.wall(began));
  }
}
