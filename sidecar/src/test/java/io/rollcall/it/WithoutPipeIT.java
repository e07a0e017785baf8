package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.testing.Figures;
import io.rollcall.testing.RealSerf;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sidecar follows the agent by its RPC alone: {@code serf.pipe: off}, and no handlers. */
@Tag("image")
class WithoutPipeIT {
  /** As docs/install.md says. */
  private static final Duration SEEN_WITHIN = Duration.ofSeconds(2);

  @TempDir Path folder;
  private Balancer balancer;

  @BeforeEach
  void start() throws Exception {
    balancer = new Balancer(folder);
    balancer.withoutPipe();
    balancer.startAll();
  }

  @AfterEach
  void end() {
    balancer.close();
  }

  @Test
  void seesALeaveWithinTwoSecondsAndIsNotDegraded() throws Exception {
    RealSerf leaving = balancer.backend("s1", balancer.app("s1"));
    balancer.awaitRows("s1 slot1 serving");
    var _ = balancer.backend("s2", balancer.app("s2"));
    balancer.awaitRows("s1 slot1 serving", "s2 slot2 serving");
    await().until(balancer::state, "in-sync"::equals);
    long begin = System.nanoTime();
    Thread leave = Thread.ofVirtual().start(leaving::leave);
    await()
        .pollInterval(Duration.ofMillis(10))
        .until(() -> balancer.state("s1"), state -> !state.equals("serving"));
    Duration seen = Duration.ofNanos(System.nanoTime() - begin);
    leave.join();
    balancer.awaitRows("s1 slot1 parked", "s2 slot2 serving");
    await().until(balancer::state, "in-sync"::equals);
    assertEquals("[]", balancer.reasons());
    Figures.tell(
        "without-pipe",
        List.of("a leave is seen %d ms after it was asked for".formatted(seen.toMillis())));
    assertTrue(seen.compareTo(SEEN_WITHIN) < 0, seen::toString);
  }
}
