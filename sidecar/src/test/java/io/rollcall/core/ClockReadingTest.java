package io.rollcall.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClockReadingTest {
  private static final Instant T = Instant.parse("2026-11-22T10:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);

  /** The first process: its wall clock is three hours ahead of its steady clock. */
  private static final ClockReading FIRST = reading(T, T.plus(HOUR.multipliedBy(3)), "run1", HOUR);

  private static ClockReading reading(
      Instant steady, Instant wall, @Nullable String bootId, @Nullable Duration uptime) {
    return new ClockReading(steady, wall, bootId, uptime);
  }

  /** What a steady time of the first process is in the next one. */
  private static Instant carriedOver(Instant steady, ClockReading first, ClockReading next) {
    return next.fromFile(first.writtenAt()).apply(first.toFile().apply(steady));
  }

  @Test
  void writesWallClockTimes() {
    assertEquals(Instant.parse("2026-11-22T12:59:50Z"), FIRST.toFile().apply(T.minusSeconds(10)));
    assertEquals(
        new WrittenAt(Instant.parse("2026-11-22T13:00:00Z"), "run1", 3_600_000L),
        FIRST.writtenAt());
  }

  @Test
  void measuresTheAgeByTheUptimeWhileTheKernelRuns() {
    Instant now = T.minus(HOUR); // the wall clock was set back by hours
    var next = reading(now, now, "run1", HOUR.plusSeconds(30));
    assertEquals(now.minusSeconds(40), carriedOver(T.minusSeconds(10), FIRST, next));
    assertEquals(now.minusSeconds(25), carriedOver(T.plusSeconds(5), FIRST, next), "a deadline");
  }

  @Test
  void measuresTheAgeByTheWallClockAfterAnotherBoot() {
    Instant now = FIRST.wall().plusSeconds(600);
    var next = reading(now, now, "run2", HOUR.plusSeconds(30));
    assertEquals(now.minusSeconds(610), carriedOver(T.minusSeconds(10), FIRST, next));
  }

  @Test
  void measuresTheAgeByTheWallClockWithoutABootIdOrAnUptime() {
    Instant now = FIRST.wall().plusSeconds(600);
    for (var next :
        new ClockReading[] {reading(now, now, null, HOUR), reading(now, now, "run1", null)}) {
      assertEquals(now.minusSeconds(610), carriedOver(T.minusSeconds(10), FIRST, next));
    }
    var unknown = reading(FIRST.steady(), FIRST.wall(), null, null);
    assertEquals(
        now.minusSeconds(610),
        carriedOver(T.minusSeconds(10), unknown, reading(now, now, null, HOUR)));
  }

  @Test
  void measuresTheAgeByTheWallClockWhenTheUptimeBeganAgainWithAContainer() {
    Instant now = FIRST.wall().plusSeconds(600);
    var next = reading(now, now, "run1", Duration.ofSeconds(20));
    assertEquals(now.minusSeconds(610), carriedOver(T.minusSeconds(10), FIRST, next));
  }

  @Test
  void takesAFileOfTheFutureForOneThatIsJustWritten() {
    Instant now = FIRST.wall().minus(HOUR);
    var next = reading(now, now, "run2", HOUR);
    assertEquals(now.minusSeconds(10), carriedOver(T.minusSeconds(10), FIRST, next));
  }

  @Test
  void takesTheTimesOfAFileWithoutATimeStampForWallClockTimes() {
    assertEquals(T.minusSeconds(10), FIRST.fromFile(null).apply(FIRST.wall().minusSeconds(10)));
  }
}
