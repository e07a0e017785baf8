package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.testing.AppServer;
import io.rollcall.testing.RealHaproxy;
import io.rollcall.testing.TestClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HAProxy refuses every change, because the admin socket has the level operator. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RepeatedLogLinesIT {
  private static final Pattern LINE = Pattern.compile("ts=(\\S+) (.*?)( repeated=\\d+)?");
  private static final Duration WINDOW = Duration.ofSeconds(5);
  private static final int MEMBERS = 6;

  /** Of one pass: address, weight and limit of connections for each member. */
  private static final int COMMANDS = 3 * MEMBERS;

  /** The same commands are sent again after 5 s each. */
  private static final int ROUNDS = 4;

  @TempDir Path folder;

  @Test
  void logsARefusalThatGoesOnLessOftenThanItHappens() throws Exception {
    try (var haproxy = RealHaproxy.in(folder, MEMBERS).start();
        var app = new AppServer("one");
        var sidecar =
            new SidecarProcess(folder, haproxy)
                .with("SIDECAR_HAPROXY_SOCKET", haproxy.operatorSocket())) {
      Path pipe = folder.resolve("serf.pipe");
      assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
      Path log = folder.resolve("sidecar.log");
      Process process = sidecar.start(ProcessBuilder.Redirect.to(log.toFile()));
      for (int i = 1; i <= MEMBERS; i++) {
        String tags = "role=backend,port=" + (app.port() + i);
        Files.writeString(
            pipe,
            String.join("\t", "member-join", "s" + i, app.address(), "backend", tags) + "\n",
            StandardOpenOption.WRITE);
      }
      await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions()
          .until(() -> commands(sidecar) >= ROUNDS * COMMANDS);
      process.destroy();
      assertTrue(process.waitFor(20, TimeUnit.SECONDS), "it did not stop");
      List<String> lines = Files.readAllLines(log);
      assertTrue(lines.stream().anyMatch(line -> line.contains(" event=degraded ")));
      assertTrue(lines.size() < COMMANDS, String.join("\n", lines));
      var lastWritten = new HashMap<String, Instant>();
      for (String line : lines) {
        Matcher parts = LINE.matcher(line);
        assertTrue(parts.matches(), line);
        Instant now = Instant.parse(parts.group(1));
        Instant before = lastWritten.put(parts.group(2), now);
        assertTrue(
            before == null || !now.isBefore(before.plus(WINDOW.minusMillis(100))),
            "twice within 5 s: " + line);
      }
    }
  }

  /** How many commands HAProxy was given. */
  private static double commands(TestClient sidecar) throws IOException {
    return sidecar
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("rollcall_steps_total "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
        .sum();
  }
}
