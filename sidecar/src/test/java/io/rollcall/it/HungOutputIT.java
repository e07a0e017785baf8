package io.rollcall.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.testing.AppServer;
import io.rollcall.testing.RealHaproxy;
import io.rollcall.testing.RealSerf;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sidecar's standard output takes nothing: the log suffers, members do not. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HungOutputIT {
  private static final Duration START = Duration.ofSeconds(20);

  @TempDir Path folder;
  private final AppServer app = new AppServer("one");
  private RealHaproxy haproxy;
  private RealSerf agent;
  private SidecarProcess sidecar;

  @BeforeEach
  void start() {
    haproxy = RealHaproxy.in(folder, 4).start();
    agent = RealSerf.named("ha").tag("role", "balancer").start();
    sidecar = new SidecarProcess(folder, haproxy).agent(agent);
  }

  @AfterEach
  void end() {
    sidecar.close();
    agent.close();
    haproxy.close();
    app.close();
  }

  private void answersAndLetsMembersJoin() throws IOException {
    await().atMost(START).ignoreExceptions().until(() -> healthy() == 200);
    var s1 =
        RealSerf.named("s1", app.address())
            .tag("role", "backend")
            .tag("port", String.valueOf(app.port()))
            .tag("boot", "1")
            .join(agent);
    try (RealSerf _ = s1.start()) {
      sidecar.awaitRows("s1 slot1 serving");
      assertEquals(200, healthy());
    }
  }

  private int healthy() throws IOException {
    return sidecar.get("/healthz").statusCode();
  }

  /** Ends it by TERM, as the supervisor does. */
  private static void stopsInTime(Process process) throws InterruptedException {
    process.destroy();
    assertTrue(process.waitFor(10, TimeUnit.SECONDS), "it did not stop");
  }

  /** A new FIFO. */
  private Path pipe() throws Exception {
    Path pipe = folder.resolve("output");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    return pipe;
  }

  /** Writes to a FIFO until it is full. */
  private static void fill(Path pipe) throws Exception {
    var filler =
        new ProcessBuilder("dd", "if=/dev/zero", "bs=4096", "oflag=nonblock", "of=" + pipe)
            .redirectErrorStream(true)
            .start();
    String end = new String(filler.getInputStream().readAllBytes(), UTF_8);
    assertTrue(end.contains("Resource temporarily unavailable"), end);
  }

  private static void skipTo(String text, BufferedReader log) throws IOException {
    String line = log.readLine();
    while (!line.contains(text)) {
      line = log.readLine();
    }
  }

  @Test
  void worksWhileItsOutputIsAFullPipeAndLogsOnceItIsRead() throws Exception {
    Path pipe = pipe();
    try (var both = Files.newByteChannel(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      fill(pipe);
      Process process = sidecar.start(ProcessBuilder.Redirect.to(pipe.toFile()));
      answersAndLetsMembersJoin();
      try (var log = Files.newBufferedReader(pipe)) {
        skipTo(" event=started ", log);
        skipTo(" event=serving pool=nodes member=s1 slot=slot1 ", log);
      }
      stopsInTime(process);
      assertTrue(both.isOpen());
    }
  }

  @Test
  void stopsWhileItsOutputIsAFullPipe() throws Exception {
    Path pipe = pipe();
    try (var both = Files.newByteChannel(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      fill(pipe);
      Process process = sidecar.start(ProcessBuilder.Redirect.to(pipe.toFile()));
      await().atMost(START).ignoreExceptions().until(() -> healthy() == 200);
      stopsInTime(process);
      assertTrue(both.isOpen());
    }
  }

  @Test
  void worksWhileItsOutputIsAFullDisk() throws Exception {
    Process process = sidecar.start(ProcessBuilder.Redirect.to(Path.of("/dev/full").toFile()));
    answersAndLetsMembersJoin();
    String metrics = sidecar.get("/metrics").body();
    assertTrue(metrics.contains("rollcall_log_lines_dropped_total "), metrics);
    assertFalse(metrics.contains("rollcall_log_lines_dropped_total 0.0"), metrics);
    stopsInTime(process);
  }

  @Test
  void worksWhileNobodyHasTheOtherEndOfItsOutput() throws Exception {
    Process process = sidecar.start(ProcessBuilder.Redirect.PIPE);
    process.getInputStream().close();
    answersAndLetsMembersJoin();
    stopsInTime(process);
  }
}
