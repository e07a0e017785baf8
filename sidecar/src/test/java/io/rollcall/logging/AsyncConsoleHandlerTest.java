package io.rollcall.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class AsyncConsoleHandlerTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private static AsyncConsoleHandler handler(OutputStream out, Duration patience) {
    var buffer =
        new LogBuffer(
            () -> Instant.EPOCH,
            new LineQueue(10, 10_000),
            new RepeatFilter(Duration.ofSeconds(5), 500, () -> 0));
    return AsyncConsoleHandler.start(out, buffer, patience);
  }

  private static void log(AsyncConsoleHandler handler, Object message) {
    handler.publish(new LogRecord(Level.INFO, String.valueOf(message)));
  }

  private static List<String> messages(String log) {
    return log.lines().map(line -> LogfmtLine.parse(line + "\n").toString()).toList();
  }

  @Test
  void writesAllThatWaitsBeforeItCloses() {
    var out = new ByteArrayOutputStream();
    var handler = handler(out, LONG);
    log(handler, "a");
    log(handler, "b");
    log(handler, "b");
    handler.close();
    log(handler, "too late");
    String line = "{ts=1970-01-01T00:00:00.000Z, level=info, logger=null, msg=";
    assertEquals(
        List.of(line + "a}", line + "b}", line + "b, repeated=1}"), messages(out.toString(UTF_8)));
  }

  @Test
  void leavesOutWhatIsBelowItsLevel() {
    var out = new ByteArrayOutputStream();
    var handler = handler(out, LONG);
    handler.setLevel(Level.WARNING);
    log(handler, "a");
    handler.close();
    assertEquals("", out.toString(UTF_8));
  }

  @Test
  void goesOnWhileAWriteHangs() throws Exception {
    var hung = new CountDownLatch(1);
    var begun = new CountDownLatch(1);
    var written = new LinkedBlockingQueue<String>();
    var out =
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new AssertionError("lines are written whole");
          }

          @Override
          public void write(byte[] line) throws IOException {
            begun.countDown();
            try {
              hung.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            written.add(new String(line, UTF_8));
          }
        };
    var handler = handler(out, Duration.ofMillis(1));
    log(handler, "0");
    begun.await();
    for (int i = 1; i <= 100; i++) {
      log(handler, i);
    }
    assertEquals(90, handler.dropped());
    handler.flush();
    hung.countDown();
    for (int i = 0; i <= 10; i++) {
      assertEquals(String.valueOf(i), LogfmtLine.parse(written.take()).get("msg"));
    }
    assertEquals("90", LogfmtLine.parse(written.take()).get("count"));
    handler.close();
  }

  @Test
  void beginsANewLineAfterAWriteThatFailed() {
    var out =
        new ByteArrayOutputStream() {
          private boolean failed;

          @Override
          public void write(byte[] line) throws IOException {
            if (!failed) {
              failed = true;
              super.write(line, 0, 5);
              throw new IOException("EAGAIN");
            }
            super.write(line, 0, line.length);
          }
        };
    var handler = handler(out, LONG);
    log(handler, "a");
    handler.flush();
    log(handler, "b");
    handler.close();
    List<String> lines = out.toString(UTF_8).lines().toList();
    assertEquals("ts=19", lines.getFirst());
    assertTrue(lines.get(1).endsWith(" msg=b"), lines.get(1));
    assertTrue(lines.get(2).endsWith(" event=log-dropped count=1"), lines.get(2));
    assertEquals(1, handler.dropped());
  }

  @Test
  void logsThatAThrowableCouldNotBeDescribed() {
    var out = new ByteArrayOutputStream();
    var handler = handler(out, LONG);
    var entry = new LogRecord(Level.SEVERE, "a");
    entry.setThrown(
        new Exception() {
          @Override
          public String getMessage() {
            throw new IllegalStateException();
          }
        });
    handler.publish(entry);
    handler.close();
    assertEquals(
        "java.lang.IllegalStateException", LogfmtLine.parse(out.toString(UTF_8)).get("cause"));
  }
}
