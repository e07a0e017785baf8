package io.rollcall.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogfmtFormatterTest {
  private static final String OWN = "io.rollcall.reconcile.PoolReconciler";
  private final LogfmtFormatter formatter = new LogfmtFormatter();

  private static LogRecord entry(String logger, String message) {
    var entry = new LogRecord(Level.WARNING, message);
    entry.setLoggerName(logger);
    entry.setInstant(Instant.parse("2026-01-01T00:00:00.000999Z"));
    return entry;
  }

  private String error(@Nullable Throwable thrown) {
    var entry = entry(OWN, "event=e");
    entry.setThrown(thrown);
    return LogfmtLine.parse(formatter.format(entry)).getOrDefault("err", "");
  }

  @Test
  void takesPairsOfAnOwnLoggerOver() {
    assertEquals(
        "ts=2026-01-01T00:00:00.000Z level=warn logger=PoolReconciler event=down pool=nodes"
            + " text=\"no \\\"route\\\"\"\n",
        formatter.format(entry(OWN, "event=down pool=nodes text=\"no \\\"route\\\"\"")));
  }

  @Test
  void quotesTheTextOfALibrary() {
    assertEquals(
        "ts=2026-01-01T00:00:00.000Z level=warn logger=HttpServer msg=\"lost\\n2 connections\"\n",
        formatter.format(entry("io.vertx.HttpServer", "lost\n2 connections")));
  }

  @Test
  void doesNotTakePairsOfALibraryOver() {
    String line = formatter.format(entry("io.vertx.HttpServer", "event=down member=s1"));
    assertEquals("event=down member=s1", LogfmtLine.parse(line).get("msg"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "event=",
        "event=a ",
        "event=a  b=c",
        "event=a b",
        "event=a =b",
        "event=a B=c",
        "event=a level=error",
        "event=\"a",
        "event=\"a\"b",
        "event=\"a\\",
        "event=\"a\\\"",
        "event=a\nevent=b",
        "event=\"a\u202e\"",
        "event=ä",
        "pool=nodes event=a",
      })
  void quotesWhatIsNotExactlyPairs(String message) {
    assertEquals(
        message, LogfmtLine.parse(formatter.format(entry(OWN, message))).get("msg"), message);
  }

  @ParameterizedTest
  @CsvSource({
    "SEVERE, error",
    "WARNING, warn",
    "INFO, info",
    "CONFIG, debug",
    "FINE, debug",
    "FINEST, debug"
  })
  void namesTheSeverity(String level, String written) {
    var entry = entry(OWN, "event=e");
    entry.setLevel(Level.parse(level));
    assertEquals(written, LogfmtLine.parse(formatter.format(entry)).get("level"));
  }

  @Test
  void fillsInTheParametersOfAPlatformLogger() {
    var entry = entry("sun.net", "{0} of {1}");
    entry.setParameters(new Object[] {"a", 2});
    assertEquals("a of 2", LogfmtLine.parse(formatter.format(entry)).get("msg"));
  }

  @Test
  void writesARecordWithoutLoggerAndMessage() {
    var entry = new LogRecord(Level.INFO, null);
    assertEquals("null", LogfmtLine.parse(formatter.format(entry)).get("msg"));
  }

  @Test
  void namesTheCausesAndFiveFramesOfTheInnermost() {
    var inner = new IOException("broken\npipe");
    inner.setStackTrace(frames(9));
    var outer = new IllegalStateException("no pass", inner);
    assertEquals(
        "java.lang.IllegalStateException: no pass; caused by java.io.IOException: broken\npipe"
            + " at C.m(C.java:0) at C.m(C.java:1) at C.m(C.java:2) at C.m(C.java:3)"
            + " at C.m(C.java:4)",
        error(outer));
  }

  @Test
  void endsWhereCausesRunInACircle() {
    var one = new IllegalStateException("one");
    one.initCause(new IllegalStateException("two", one));
    assertFalse(error(one).isEmpty());
  }

  @Test
  void boundsTheLine() {
    var thrown = new IllegalStateException("x".repeat(5000), new IOException("y".repeat(5000)));
    for (String message : new String[] {"z".repeat(5000), "event=" + "z".repeat(5000)}) {
      var entry = entry("io.rollcall." + "L".repeat(5000), message);
      entry.setThrown(thrown);
      String line = formatter.format(entry);
      assertTrue(line.length() <= LogfmtFormatter.MAX_CHARS, "length " + line.length());
      assertTrue(LogfmtLine.parse(line).get("err").contains("caused by"), line);
    }
  }

  private static StackTraceElement[] frames(int count) {
    var frames = new StackTraceElement[count];
    for (int i = 0; i < count; i++) {
      frames[i] = new StackTraceElement("C", "m", "C.java", i);
    }
    return frames;
  }
}
