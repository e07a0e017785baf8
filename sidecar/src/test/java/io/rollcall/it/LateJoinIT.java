package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.testing.Figures;
import io.rollcall.testing.FreePorts;
import io.rollcall.testing.SessionApp;
import io.rollcall.testing.Visitors;
import io.rollcall.testing.Visitors.Habit;
import io.rollcall.testing.Visitors.Visit;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members whose agent is there before their application answers, under 300 requests a second. */
@Tag("image")
class LateJoinIT {
  private static final int RATE = 300;
  private static final int ROUNDS = 20;
  private static final long LATE_MS = Long.getLong("rollcall.late", 5000);
  private static final Duration TAKES = Duration.ofMillis(2);
  private static final String STEADY = "steady";

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final int port = FreePorts.one();
  private PipeBalancer balancer;
  private Visitors visitors;

  @BeforeEach
  void startUnderLoad() throws Exception {
    balancer = new PipeBalancer(folder, Duration.ofSeconds(2), Duration.ofMillis(200));
    var _ = app(STEADY, "127.0.0.30");
    balancer.member("member-join", STEADY, "127.0.0.30", tags("boot=1"));
    balancer.awaitState(STEADY, "serving");
    visitors = new Visitors(balancer.haproxy.httpPort());
    visitors.come(40, Habit.INSISTS, Map.of());
    visitors.ask(RATE);
  }

  @AfterEach
  void end() {
    visitors.close();
    balancer.close();
    vertx.close().await();
  }

  @Test
  void losesNoRequestToAMemberThatJoinsBeforeItsApplicationAnswers() throws IOException {
    SessionApp unready = app("s1", "127.0.0.31");
    unready.ready(false);
    var joined = Instant.now();
    for (int i = 1; i <= 2; i++) {
      balancer.member("member-join", "s" + i, "127.0.0.3" + i, tags("boot=1"));
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> visitors.visits().size() > RATE * LATE_MS / 1000);
    assertEquals("joining", balancer.state("s1"), "it refuses");
    assertEquals("joining", balancer.state("s2"), "nobody listens");
    var answers = Instant.now();
    unready.ready(true);
    var _ = app("s2", "127.0.0.32");
    for (int i = 1; i <= 2; i++) {
      balancer.awaitState("s" + i, "serving");
      assertTrue(firstFrom("s" + i, joined).isAfter(answers));
    }
    List<Visit> visits = visitors.end();
    Figures.tell(
        "late-join",
        List.of(
            "two members joined %d ms before they answered, %d requests a second"
                .formatted(LATE_MS, RATE),
            "requests %d, failed %s".formatted(visits.size(), Visitors.failures(visits))));
    assertEquals(Map.of(), Visitors.failures(visits));
  }

  /**
   * The parts of one round, in microseconds, all since the word was written into the pipe: what an
   * agent and its handler take before that (see docs/benchmarks.md) is not in them.
   */
  private record Round(long seated, long joining, long serving, long firstAnswer) {}

  @Test
  void givesAMemberItsFirstRequestSoonAfterItSaysThatItIsReady() throws IOException {
    var rounds = new ArrayList<Round>();
    for (int i = 1; i <= ROUNDS; i++) {
      rounds.add(round("s" + i, "127.0.0." + (100 + i)));
    }
    assertEquals(Map.of(), Visitors.failures(visitors.end()));
    Figures.tell(
        "ready-to-first-request",
        List.of(
            "from rollcall-ready, ms, of %d rounds: min, median, max".formatted(ROUNDS),
            "  to the slot given        " + spread(rounds, Round::seated),
            "  to joining               " + spread(rounds, Round::joining),
            "  to serving being seen    " + spread(rounds, Round::serving),
            "  to the first answer      " + spread(rounds, Round::firstAnswer)));
    assertTrue(median(rounds, Round::firstAnswer) < 300_000, rounds::toString);
  }

  /** A member that is there already, with its application, says that it is ready now. */
  private Round round(String name, String address) throws IOException {
    var _ = app(name, address);
    balancer.member("member-join", name, address, tags("boot=1,state=starting"));
    balancer.awaitState(name, "waiting");
    var said = Instant.now();
    balancer.user("rollcall-ready", name, "1");
    Instant answered = firstFrom(name, said);
    balancer.member("member-update", name, address, tags("boot=1"));
    balancer.awaitState(name, "serving");
    var round =
        new Round(
            micros(said, balancer.at(name, "assigned")),
            micros(said, balancer.at(name, "joining")),
            micros(said, balancer.at(name, "serving")),
            micros(said, answered));
    balancer.member("member-leave", name, address, tags("boot=1"));
    balancer.awaitState(name, "parked");
    return round;
  }

  /** When the first answer of this application came, since then. */
  private Instant firstFrom(String name, Instant since) {
    return await()
        .pollInterval(Duration.ofMillis(5))
        .until(
            () ->
                visitors.visits().stream()
                    .filter(visit -> visit.from().equals(name) && visit.began().isAfter(since))
                    .map(Visit::ended)
                    .min(Instant::compareTo),
            Optional::isPresent)
        .orElseThrow();
  }

  private SessionApp app(String name, String address) {
    return new SessionApp(vertx, name, address, port, TAKES);
  }

  private String tags(String more) {
    return "port=" + port + "," + more;
  }

  private static long micros(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1000;
  }

  private static long median(List<Round> rounds, ToLongFunction<Round> part) {
    return rounds.stream().mapToLong(part).sorted().skip(rounds.size() / 2).findFirst().orElse(0);
  }

  private static String spread(List<Round> rounds, ToLongFunction<Round> part) {
    var sorted = rounds.stream().mapToLong(part).sorted().toArray();
    return "%.1f  %.1f  %.1f"
        .formatted(sorted[0] / 1e3, median(rounds, part) / 1e3, sorted[sorted.length - 1] / 1e3);
  }
}
