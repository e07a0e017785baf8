package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.testing.AppServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody in the gossip says thousands of times what nobody can check. */
class FloodIT {
  private static final int LINES = 10_000;
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  @TempDir Path folder;
  private Balancer balancer;

  @BeforeEach
  void start() throws Exception {
    balancer = new Balancer(folder);
    balancer.startAll();
  }

  @AfterEach
  void end() {
    balancer.close();
  }

  private void flood(String event, String more) throws IOException {
    balancer.write(
        IntStream.range(0, LINES)
            .mapToObj(i -> "user\trollcall-%s\t7\tnobody%d\\tb%s".formatted(event, i, more))
            .collect(Collectors.joining("\n")));
  }

  private double reads() throws IOException {
    return balancer
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("rollcall_serf_resyncs_total"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(" ") + 1)))
        .sum();
  }

  @Test
  void delaysNobodyElsesJoin() throws Exception {
    AppServer app = balancer.app("one");
    balancer.keep(balancer.announced("s1", app).tag("state", "starting").start());
    await().until(() -> balancer.rows().equals(List.of("s1 null waiting")));
    flood("ready", "");
    balancer.write("user\trollcall-ready\t7\ts1\\ts1-1");
    await()
        .atMost(AT_ONCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> balancer.haproxy.status("nodes", "slot1"), "UP"::equals);
  }

  @Test
  void costsFewReadsOfTheListAndTwoEvents() throws Exception {
    double before = reads();
    long began = System.nanoTime();
    flood("ready", "");
    flood("drain", "\\t8000");
    await().atMost(Duration.ofSeconds(20)).until(() -> balancer.events("ignored").size() == 2);
    double seconds = (System.nanoTime() - began) / 1e9;
    double read = reads() - before;
    // 5 each second while a word waits, 1 each second always
    assertTrue(read <= 6 * seconds + 3, read + " reads in " + seconds + " s");
    String counted = balancer.events("ignored").getLast();
    // of the two words of a run the later one counts
    assertTrue(counted.contains("(and 19,899 more like this)"), counted);
  }
}
