package io.rollcall.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.OldWorker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Processes in another pid namespace: no pid of theirs exists here. */
class OldWorkersTest {
  private static final int FIRST = Integer.MAX_VALUE - 1;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private Instant now = Instant.EPOCH;
  private final OldWorkers workers = new OldWorkers(() -> now);

  @Test
  void mayRunUntilHardStopAfterWhereTheyCannotBeSeen() {
    connected(FIRST);
    assertEquals(List.of(), workers.running(LIMIT));
    connected(FIRST + 1);
    now = now.plus(LIMIT).minusMillis(1);
    assertEquals(List.of(new OldWorker(FIRST, Instant.EPOCH, false)), workers.running(LIMIT));
    now = now.plusMillis(1);
    assertEquals(List.of(), workers.running(LIMIT));
  }

  private void connected(int pid) {
    workers.connected(new HaproxyInfo("3.4.0", pid, 1, false, 0, 0));
  }
}
