package io.rollcall.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Step;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sessions that the installed HAProxy tracks. */
@Tag("image")
final class TrackedSessionsIT extends HaproxyFixture {
  @Test
  void countsSessionsByServerAndNeverShowsAKey() {
    for (int i = 0; i < 5; i++) {
      haproxy.cli("set table nodes key k" + i + " data.server_id " + (i < 3 ? 1 : 2));
    }
    haproxy.cli("set table nodes key a\\ exp\\=5\\ b data.server_id 1");

    var sample = loop.get(() -> api.sessions("nodes", 1));

    assertEquals(4, sample.entries());
    assertTrue(sample.newest().compareTo(Duration.ofMinutes(30)) <= 0, sample.toString());
    assertTrue(sample.newest().compareTo(Duration.ofMinutes(29)) > 0, sample.toString());
    assertEquals(6, loop.get(() -> api.tableSize("nodes")));
    allDone(new Step.ClearSessions(slot(1), 1));
    assertEquals(new SessionSample(0, Duration.ZERO), loop.get(() -> api.sessions("nodes", 1)));
    assertEquals(2, loop.get(() -> api.tableSize("nodes")));
  }

  @Test
  void countsNoSessionsOfABackendThatTracksNone() {
    var none = new SessionSample(0, Duration.ZERO);

    assertEquals(none, loop.get(() -> api.sessions("plain", 1)));
    assertEquals(none, loop.get(() -> api.sessions("elsewhere", 1)));
    assertEquals(0, loop.get(() -> api.tableSize("plain")));
  }
}
