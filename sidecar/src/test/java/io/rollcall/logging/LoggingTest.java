package io.rollcall.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The log of a real process whose standard output is a pipe, read late, never, or closed. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LoggingTest {
  private static final int LINES = 100_000;
  private Process process;

  private void start(int lines) throws IOException {
    process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                LoggingProcess.class.getName(),
                String.valueOf(lines))
            .start();
  }

  @AfterEach
  void end() {
    process.destroyForcibly();
  }

  /** Waits until the process has logged all its lines; returns how many of them it dropped. */
  private long awaitLogged() throws IOException {
    String line = process.errorReader(UTF_8).readLine();
    assertTrue(line != null && line.startsWith("logged, dropped "), line);
    return Long.parseLong(line.substring("logged, dropped ".length()));
  }

  private void awaitEnd() throws Exception {
    process.getOutputStream().close();
    assertTrue(process.waitFor(20, TimeUnit.SECONDS), "the process did not end");
    assertEquals(0, process.exitValue());
  }

  private static Map<String, String> read(BufferedReader log) throws IOException {
    return LogfmtLine.parse(log.readLine() + "\n");
  }

  @Test
  void goesOnWhileNobodyReadsAndThenSaysHowManyLinesAreMissing() throws Exception {
    start(LINES);
    long dropped = awaitLogged();
    assertTrue(dropped > LINES / 2, "dropped " + dropped);
    var log = process.inputReader(UTF_8);
    List<String> numbers = new ArrayList<>();
    Map<String, String> line = read(log);
    for (; line.get("event").equals("line"); line = read(log)) {
      numbers.add(line.get("number"));
    }
    assertEquals("log-dropped", line.get("event"));
    assertEquals(String.valueOf(dropped), line.get("count"));
    assertEquals(LINES - dropped, numbers.size());
    assertEquals("1", numbers.getFirst());
    assertEquals(String.valueOf(numbers.size()), numbers.getLast());
    awaitEnd();
    assertEquals("stopping", read(log).get("event"));
  }

  @Test
  void endsInTimeAlthoughNobodyEverReads() throws Exception {
    start(LINES);
    long dropped = awaitLogged();
    assertTrue(dropped > 0);
    awaitEnd();
  }

  @Test
  void goesOnWithAClosedPipe() throws Exception {
    start(LINES);
    process.getInputStream().close();
    long dropped = awaitLogged();
    assertTrue(dropped > 0);
    awaitEnd();
  }

  @Test
  void logsWhatIsPrintedInsteadOfWritingItDirectly() throws Exception {
    start(0);
    assertEquals(0, awaitLogged());
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
    var log = process.inputReader(UTF_8);
    Map<String, String> line = read(log);
    assertEquals(List.of("info", "stdout", "printed"), List.copyOf(line.values()).subList(1, 4));
    line = read(log);
    assertEquals(
        List.of("error", "stderr", "java.lang.Exception: printed"),
        List.copyOf(line.values()).subList(1, 4));
    awaitEnd();
  }
}
