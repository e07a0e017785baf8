package io.rollcall.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LogBufferTest {
  private static final String TIME = "ts=1970-01-01T00:00:00.000Z ";
  private static final String DROPPED = "level=warn logger=Logging event=log-dropped count=";
  private long now;

  private LogBuffer buffer(int maxLines, int maxBytes) {
    return new LogBuffer(
        () -> Instant.EPOCH,
        new LineQueue(maxLines, maxBytes),
        new RepeatFilter(Duration.ofSeconds(5), 500, () -> now));
  }

  private static String taken(LogBuffer buffer) throws InterruptedException {
    byte[] line = buffer.take();
    if (line == null) {
      return "end";
    }
    String text = new String(line, UTF_8);
    assertTrue(text.startsWith(TIME) && text.endsWith("\n"), text);
    return text.substring(TIME.length(), text.length() - 1);
  }

  private static String written(LogBuffer buffer) throws InterruptedException {
    String line = taken(buffer);
    buffer.written(true);
    return line;
  }

  @Test
  void givesLinesInTheirOrder() throws Exception {
    LogBuffer buffer = buffer(9, 999);
    buffer.add("a");
    buffer.add("b");
    assertEquals("a", written(buffer));
    assertEquals("b", written(buffer));
  }

  @Test
  void keepsTheOldestLinesAndSaysWhereHowManyAreMissing() throws Exception {
    LogBuffer buffer = buffer(2, 999);
    for (String line : List.of("a", "b", "c", "d", "e")) {
      buffer.add(line);
    }
    assertEquals(3, buffer.dropped());
    assertEquals("a", written(buffer));
    buffer.add("f");
    assertEquals("b", written(buffer));
    assertEquals(DROPPED + 4, written(buffer));
    buffer.add("g");
    assertEquals("g", written(buffer));
    assertEquals(4, buffer.dropped());
  }

  @Test
  void reportsEachDroppedLineAndThoseThatWereDroppedBefore() {
    LogBuffer buffer = buffer(1, 999);
    buffer.add("a");
    buffer.add("b");
    buffer.add("c");
    var reported = new ArrayList<Integer>();
    buffer.onDropped(reported::add);
    buffer.add("d");
    assertEquals(List.of(2, 1), reported);
  }

  @Test
  void boundsTheBytesToo() throws Exception {
    LogBuffer buffer = buffer(99, 100);
    buffer.add("a".repeat(40));
    buffer.add("b".repeat(40));
    assertEquals(1, buffer.dropped());
    assertEquals("a".repeat(40), written(buffer));
    assertEquals(DROPPED + 1, written(buffer));
    buffer.add("c".repeat(40));
    assertEquals("c".repeat(40), written(buffer));
  }

  @Test
  void countsALineThatCouldNotBeWrittenAndSaysSoAfterTheNextOne() throws Exception {
    LogBuffer buffer = buffer(9, 999);
    buffer.add("a");
    assertEquals("a", taken(buffer));
    buffer.written(false);
    buffer.add("b");
    assertEquals("b", taken(buffer));
    buffer.written(false);
    buffer.add("c");
    assertEquals("c", written(buffer));
    assertEquals(DROPPED + 2, taken(buffer));
    buffer.written(false);
    buffer.add("d");
    assertEquals("d", written(buffer));
    assertEquals(DROPPED + 2, written(buffer));
    assertEquals(2, buffer.dropped());
    buffer.close();
    assertNull(buffer.take());
  }

  @Test
  void suppressesRepeatedLinesAndSaysHowMany() throws Exception {
    LogBuffer buffer = buffer(9, 999);
    for (int i = 0; i < 100; i++) {
      buffer.add("a");
    }
    assertEquals("a", written(buffer));
    now += Duration.ofSeconds(5).toNanos();
    assertEquals("a repeated=99", written(buffer));
    assertEquals(0, buffer.dropped());
  }

  @Test
  void endsWithWhatWasRepeatedAndIgnoresLaterLines() throws Exception {
    LogBuffer buffer = buffer(9, 999);
    buffer.add("a");
    buffer.add("a");
    buffer.close();
    buffer.add("b");
    assertEquals("a", written(buffer));
    assertEquals("a repeated=1", written(buffer));
    assertEquals("end", taken(buffer));
  }

  @Test
  void doesNotWaitForLinesLongerThanAsked() throws Exception {
    LogBuffer buffer = buffer(9, 999);
    buffer.awaitWritten(Duration.ofDays(1));
    buffer.add("a");
    buffer.awaitWritten(Duration.ofMillis(1));
    assertEquals("a", taken(buffer));
    buffer.awaitWritten(Duration.ofMillis(1));
    buffer.written(true);
    buffer.awaitWritten(Duration.ofDays(1));
  }
}
