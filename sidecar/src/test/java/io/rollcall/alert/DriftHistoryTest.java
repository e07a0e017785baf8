package io.rollcall.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DriftHistoryTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private SortedMap<String, DriftHistory> history = new TreeMap<>();

  private DriftHistory read(long count, int second) {
    history = DriftHistory.update(history, Map.of("nodes", count), NOW.plusSeconds(second));
    return history.get("nodes");
  }

  @Test
  void beginsWithTheCountThatItFinds() {
    assertEquals(new DriftHistory(7, List.of()), read(7, 0));
  }

  @Test
  void recordsWhenTheCountGrows() {
    var _ = read(7, 0);
    assertEquals(new DriftHistory(7, List.of()), read(7, 1));
    assertEquals(new DriftHistory(9, List.of(NOW.plusSeconds(2))), read(9, 2));
    assertEquals(new DriftHistory(0, List.of(NOW.plusSeconds(2))), read(0, 3));
  }

  @Test
  void failsAtTheThirdTimeWithinTenMinutes() {
    var _ = read(1, 0);
    assertNull(read(2, 1).finding());
    assertNull(read(3, 2).finding());
    assertNotNull(read(4, 3).finding());
    assertNotNull(read(4, 600).finding());
    assertNull(read(4, 601).finding());
  }

  @Test
  void keepsAPoolThatIsUnreadWhileItsHistoryIsRecent() {
    var _ = read(1, 0);
    DriftHistory known = read(2, 1);
    history = DriftHistory.update(history, Map.of(), NOW.plusSeconds(600));
    assertEquals(Map.of("nodes", known), history);
    history = DriftHistory.update(history, Map.of(), NOW.plusSeconds(601));
    assertEquals(Map.of(), history);
  }

  @Test
  void keepsTheLastHundredTimes() {
    for (int second = 0; second <= 150; second++) {
      var _ = read(second, second);
    }
    List<Instant> times = history.get("nodes").times();
    assertEquals(100, times.size());
    assertEquals(NOW.plusSeconds(51), times.getFirst());
    assertEquals(NOW.plusSeconds(150), times.getLast());
  }
}
