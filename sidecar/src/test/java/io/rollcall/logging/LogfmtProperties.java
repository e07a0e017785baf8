package io.rollcall.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** Whatever text is logged, the log has one more line, and the line says what was logged. */
class LogfmtProperties {
  private final LogfmtFormatter formatter = new LogfmtFormatter();

  private String line(String logger, String message, @Nullable Throwable thrown) {
    var entry = new LogRecord(Level.INFO, message);
    entry.setLoggerName(logger);
    entry.setThrown(thrown);
    String line = formatter.format(entry);
    assertEquals(line.length() - 1, line.indexOf('\n'));
    assertEquals(1, line.lines().count(), line);
    assertTrue(line.length() <= LogfmtFormatter.MAX_CHARS);
    return line;
  }

  /** Any UTF-16, whole code points or not, with what means something in logfmt more often. */
  @Provide
  Arbitrary<String> text() {
    return Arbitraries.oneOf(
            Arbitraries.strings().all().ofMaxLength(1),
            Arbitraries.of(" ", "=", "\"", "\\", "\n", "\r", "\u2028", "\u202e", "\ud800"),
            Arbitraries.of("event=down", " level=error", "msg=\"", "\\u", "repeated=1"))
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts));
  }

  @Property
  void aValueIsReadBackAsItWas(@ForAll("text") String value) {
    String message = Logfmt.of("seen").with("member", value).with("port", 80).toString();
    var pairs = LogfmtLine.parse(line("io.rollcall.Any", message, null));
    assertEquals(
        List.of("ts", "level", "logger", "event", "member", "port"), List.copyOf(pairs.keySet()));
    assertEquals(value, pairs.get("member"));
  }

  @Property
  void freeTextIsReadBackAsItWas(@ForAll("text") String text) {
    var pairs = LogfmtLine.parse(line("io.vertx.Any", text, null));
    assertEquals(List.of("ts", "level", "logger", "msg"), List.copyOf(pairs.keySet()));
    assertEquals(text, pairs.get("msg"));
  }

  @Property
  void aTextOfAThrowableStaysInItsValue(@ForAll("text") String text) {
    var pairs = LogfmtLine.parse(line("io.rollcall.Any", "event=e", new Exception(text)));
    assertEquals(List.of("ts", "level", "logger", "event", "err"), List.copyOf(pairs.keySet()));
    assertTrue(pairs.get("err").startsWith("java.lang.Exception: " + text));
  }

  @Property
  void anyTextOfAnyLengthGivesOneLine(@ForAll String logger, @ForAll String text) {
    String pairs = Logfmt.of(text).with("v", text).toString();
    assertTrue(LogfmtLine.parse(line(logger, text, new Exception(text))).containsKey("err"));
    assertTrue(LogfmtLine.parse(line("io.rollcall.Any", text, null)).containsKey("msg"));
    assertTrue(LogfmtLine.parse(line("io.rollcall.Any", pairs, null)).containsKey("event"));
  }
}
