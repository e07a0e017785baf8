package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.testing.Figures;
import io.rollcall.testing.Load;
import io.rollcall.testing.RealSerf;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member of the gossip without any right announces in the name of all others. */
class HostileAgentIT {
  private static final Path HANDLER = Path.of("../ha/scripts/event.sh").toAbsolutePath();
  private static final List<String> MEMBERS = List.of("s1", "s2", "s3");

  /** Longer than an announcement counts, and than one that repeats would. */
  private static final int ROUNDS = 5;

  @TempDir Path folder;
  private Balancer balancer;

  @BeforeEach
  void start() throws Exception {
    balancer = new Balancer(folder);
    var _ = balancer.haproxy.start();
    balancer.serf(
        RealSerf.named("ha")
            .with(
                "-event-handler", "user=exec 9<>%s; . %s".formatted(balancer.pipeFile(), HANDLER)));
    balancer.start();
    MEMBERS.forEach(name -> balancer.backend(name, balancer.app(name)));
    await()
        .until(() -> balancer.rows().stream().filter(row -> row.endsWith("serving")).count() == 3);
  }

  @AfterEach
  void end() {
    balancer.close();
  }

  private int serving() throws IOException {
    return (int) balancer.rows().stream().filter(row -> row.endsWith("serving")).count();
  }

  @Test
  void costsNobodyARequestByAnnouncingThatAllLeave() throws Exception {
    RealSerf hostile = balancer.keep(RealSerf.named("x").join(balancer.agent()).start());
    await().until(() -> hostile.cli("members").contains("s3"));
    int fewest = MEMBERS.size();
    try (var load = new Load(balancer.haproxy.httpPort(), 20, 0)) {
      for (int round = 0; round < ROUNDS; round++) {
        long until = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        for (String name : MEMBERS) {
          hostile.cli(
              "event", "-coalesce=false", "rollcall-drain", name + "\t" + name + "-1\t8000");
        }
        while (System.nanoTime() < until) {
          fewest = Math.min(fewest, serving());
        }
      }
      var outcomes = load.end();
      var failed = Load.failures(outcomes, HttpMethod.GET);
      long count = failed.values().stream().mapToLong(Long::longValue).sum();
      Figures.tell(
          "hostile-agent",
          List.of(
              "all members are announced to leave every 2 s: GETs failed %d of %d, at least %d of %d served"
                  .formatted(count, outcomes.size(), fewest, MEMBERS.size())));
      assertEquals("{}", failed.toString());
    }
    assertTrue(fewest >= 2, fewest + " served");
    await()
        .until(() -> balancer.rows().stream().filter(row -> row.endsWith("serving")).count() == 3);
    List<String> undone = balancer.events("undone");
    assertTrue(undone.size() <= 2, undone::toString);
  }
}
