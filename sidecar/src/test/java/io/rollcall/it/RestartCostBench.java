package io.rollcall.it;

import static org.awaitility.Awaitility.await;

import io.rollcall.testing.Lab;
import io.rollcall.testing.Load;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the death of each process of a balancer costs, under 200 requests a second, one in five a
 * POST. Not a test: run by {@code bench/restart-cost}, which prints the table.
 */
class RestartCostBench {
  private static final int ROUNDS = 5;
  private static final int RATE = 200;

  @TempDir Path folder;

  private record Round(int sent, int failed, long failingMillis, long inSyncMillis) {}

  @Test
  void table() {
    try (var lab = new Lab(folder)) {
      lab.run("--detach");
      await().until(lab::state, "in-sync"::equals);
      System.out.println(
          "| KILL of | requests | failed, each round | failing for, ms | in-sync after, ms |");
      System.out.println("|---|---|---|---|---|");
      for (String program : List.of("java", "serf", "haproxy")) {
        var rounds = new ArrayList<Round>();
        for (int i = 0; i < ROUNDS; i++) {
          rounds.add(round(lab, program));
        }
        LongSummaryStatistics sync =
            rounds.stream().mapToLong(Round::inSyncMillis).summaryStatistics();
        System.out.printf(
            "| %s | %d | %s | %s | %d to %d |%n",
            program,
            rounds.stream().mapToInt(Round::sent).sum(),
            rounds.stream().map(Round::failed).toList(),
            rounds.stream().map(Round::failingMillis).toList(),
            sync.getMin(),
            sync.getMax());
      }
    }
  }

  private static Round round(Lab lab, String program) {
    List<Long> before = lab.pids("ha", program);
    // s6 restarts a service in milliseconds only when it was up for more than a second
    try (var load = new Load(lab.port("HTTP_PORT"), RATE, 5)) {
      await().until(() -> load.answered() > 2 * RATE);
      lab.kill("ha", program);
      long killed = System.nanoTime();
      await()
          .pollInterval(Duration.ofMillis(10))
          .until(() -> !lab.pids("ha", program).equals(before) && lab.state().equals("in-sync"));
      long back = System.nanoTime();
      long answered = load.answered();
      await().until(() -> load.answered() > answered + RATE);
      List<Load.Outcome> outcomes = load.end();
      List<Load.Outcome> failed = outcomes.stream().filter(o -> !o.ok()).toList();
      long first = failed.stream().mapToLong(Load.Outcome::sentNanos).min().orElse(0);
      long last = failed.stream().mapToLong(Load.Outcome::sentNanos).max().orElse(0);
      return new Round(
          outcomes.size(),
          failed.size(),
          Duration.ofNanos(last - first).toMillis(),
          Duration.ofNanos(back - killed).toMillis());
    }
  }
}
