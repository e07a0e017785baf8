package io.rollcall.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RepeatFilterTest {
  // close to the overflow of the clock, which may happen
  private long now = Long.MAX_VALUE - Duration.ofSeconds(2).toNanos();
  private final RepeatFilter filter = new RepeatFilter(Duration.ofSeconds(5), 3, () -> now);

  private void pass(long millis) {
    now += Duration.ofMillis(millis).toNanos();
  }

  @Test
  void letsDifferentLinesThrough() {
    assertEquals(List.of("a"), filter.accept("a"));
    assertEquals(List.of("b"), filter.accept("b"));
  }

  @Test
  void countsRepetitionsAndWritesTheirNumberWhenTheWindowIsOver() {
    assertEquals(List.of("a"), filter.accept("a"));
    assertEquals(List.of(), filter.accept("a"));
    pass(4_999);
    assertEquals(List.of(), filter.accept("a"));
    assertEquals(List.of(), filter.due());
    pass(1);
    assertEquals(List.of("a repeated=2"), filter.due());
    assertEquals(List.of(), filter.due());
  }

  @Test
  void letsALineThroughAgainAfterAQuietWindow() {
    assertEquals(List.of("a"), filter.accept("a"));
    pass(5_000);
    assertEquals(List.of("a"), filter.accept("a"));
  }

  @Test
  void writesALineThatNeverEndsOnceInAWindow() {
    var written = new ArrayList<String>();
    for (int i = 0; i < 200; i++) {
      written.addAll(filter.accept("a"));
      pass(100);
    }
    assertEquals(List.of("a", "a repeated=49", "a repeated=50", "a repeated=50"), written);
  }

  @Test
  void writesTheNumberBeforeTheLineThatCausedIt() {
    assertEquals(List.of("a"), filter.accept("a"));
    assertEquals(List.of(), filter.accept("a"));
    pass(6_000);
    assertEquals(List.of("a repeated=1", "b"), filter.accept("b"));
  }

  @Test
  void endsTheOldestWindowEarlyWhereThereAreTooMany() {
    assertEquals(List.of("a"), filter.accept("a"));
    assertEquals(List.of(), filter.accept("a"));
    assertEquals(List.of("b"), filter.accept("b"));
    assertEquals(List.of("c"), filter.accept("c"));
    assertEquals(List.of("a repeated=1", "d"), filter.accept("d"));
    assertEquals(List.of("a"), filter.accept("a"));
    assertEquals(List.of(), filter.accept("d"));
  }

  @Test
  void endsAllWindowsAtOnce() {
    assertEquals(List.of("a"), filter.accept("a"));
    assertEquals(List.of("b"), filter.accept("b"));
    assertEquals(List.of(), filter.accept("b"));
    assertEquals(List.of("b repeated=1"), filter.endAll());
    assertEquals(List.of(), filter.endAll());
  }

  @Test
  void tellsWhenTheNextWindowIsOver() {
    assertEquals(Long.MAX_VALUE, filter.nanosToNext());
    assertEquals(List.of("a"), filter.accept("a"));
    pass(2_000);
    assertEquals(List.of("b"), filter.accept("b"));
    assertEquals(Duration.ofSeconds(3).toNanos(), filter.nanosToNext());
    pass(4_000);
    assertEquals(0, filter.nanosToNext());
  }
}
