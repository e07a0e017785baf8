package io.rollcall.core.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.status.TrafficHistory.MemberId;
import io.rollcall.core.status.TrafficHistory.MemberSample;
import io.rollcall.testing.Figures;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The last hour and the last day, in bounded memory. */
final class TrafficHistoryTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final MemberId S1 = new MemberId("nodes", "s1");

  private final TrafficHistory history = new TrafficHistory();

  private void add(Instant at, int requests, int errors, boolean s2) {
    history.add(
        "nodes",
        List.of(new MemberSample("s1", requests, errors, true), new MemberSample("s2", 0, 0, s2)),
        at);
  }

  private static <T> T last(List<T> list) {
    return list.getLast();
  }

  private TrafficSeries hour() {
    return Objects.requireNonNull(history.hour("nodes"));
  }

  @Test
  void sumsAStepAndKeepsTheLeastThatWereUp() {
    add(NOW, 5, 1, true);
    add(NOW.plusSeconds(1), 7, 0, false);
    add(NOW.plusSeconds(2), 0, 0, true);
    long second = NOW.plusSeconds(9).getEpochSecond();
    assertEquals(360, hour().requests(second).size());
    assertEquals(12, last(hour().requests(second)));
    assertEquals(1, last(hour().errors(second)));
    assertEquals(1, last(hour().up(second)));
    assertEquals(NOW.plusSeconds(10).getEpochSecond() - 3600, hour().from(second));
    assertEquals(12, last(Objects.requireNonNull(history.day("nodes")).requests(second)));
    assertEquals(12, last(Objects.requireNonNull(history.member(S1)).requests(second)));
  }

  @Test
  void leavesAGapWhereNothingWasRecorded() {
    add(NOW, 5, 0, true);
    add(NOW.plusSeconds(30), 6, 0, true);
    long second = NOW.plusSeconds(40).getEpochSecond();
    assertEquals(List.of(5, 0, 0, 6, 0), hour().requests(second).subList(355, 360));
    assertEquals(2, hour().up(second).get(358));
    assertNull(hour().up(second).get(357));
    assertNull(hour().up(second).get(359));
  }

  @Test
  void forgetsWhatIsOlderThanAnHour() {
    add(NOW, 5, 0, true);
    add(NOW.plusSeconds(7200), 1, 0, true);
    long second = NOW.plusSeconds(7200).getEpochSecond();
    assertEquals(1, hour().requests(second).stream().mapToInt(Integer::intValue).sum());
    assertEquals(
        0,
        hour().requests(second + 7200).stream().mapToInt(Integer::intValue).sum(),
        "nothing was added since");
  }

  @Test
  void addsToTheNewestStepWhenTheClockIsSetBack() {
    add(NOW, 5, 0, true);
    add(NOW.minusSeconds(3600), 2, 0, true);
    assertEquals(7, last(hour().requests(NOW.getEpochSecond())));
  }

  @Test
  void continuesWhatWasSaved() {
    add(NOW.minusSeconds(600), 3, 2, true);
    add(NOW, 5, 1, false);
    history.mark(
        List.of(
            new Status.EventRecord(7, NOW, "draining", "s1", "nodes", "slot1", "", null),
            new Status.EventRecord(8, NOW, "haproxy", null, null, null, "restarted", null)),
        NOW);
    var next = new TrafficHistory();
    next.restore(history.saved());
    long second = NOW.getEpochSecond();
    TrafficSeries restored = Objects.requireNonNull(next.hour("nodes"));
    assertEquals(hour().requests(second), restored.requests(second));
    assertEquals(hour().errors(second), restored.errors(second));
    assertEquals(hour().up(second), restored.up(second));
    assertEquals(history.saved(), next.saved());
    assertEquals(
        List.of(
            new TrafficMark(NOW, "nodes", "draining", "s1"),
            new TrafficMark(NOW, "", "haproxy", "")),
        next.marks("nodes", NOW.minusSeconds(60)));
    assertEquals(List.of(), next.marks("nodes", NOW.plusSeconds(1)));
  }

  @Test
  void leavesOutWhatIsNoHistory() {
    var bad = new TreeMap<String, TrafficText>();
    bad.put("a", new TrafficText(9_000_000, "x", "0*360", "0*360"));
    bad.put("b", new TrafficText(9_000_000, "0*9999", "0*2", "0*360"));
    history.restore(new SavedTraffic(bad, new TreeMap<>(), new TreeMap<>(), List.of()));
    assertEquals(List.of("a", "b"), history.pools());
    assertTrue(
        Objects.requireNonNull(history.hour("a")).requests(9_000_000 * 10L).stream()
            .allMatch(n -> n == 0));
  }

  @Test
  void forgetsAMemberAfterAnHour() {
    add(NOW, 5, 0, true);
    history.prune(NOW.plusSeconds(3599));
    assertEquals(List.of("s1", "s2"), history.members("nodes"));
    history.prune(NOW.plusSeconds(3601));
    assertEquals(List.of(), history.members("nodes"));
  }

  /** The bound that the documentation states, by the garbage collector's own count. */
  @Test
  void takesLessThanSixteenMebibytes() {
    long before = used();
    List<MemberSample> all =
        IntStream.range(0, TrafficHistory.MAX_MEMBERS + 100)
            .mapToObj(i -> new MemberSample("member-" + i, i, 1, true))
            .toList();
    for (int i = 0; i < TrafficHistory.MAX_POOLS + 10; i++) {
      history.add("pool-" + i, i == 0 ? all : List.of(), NOW);
    }
    var saved = history.saved();
    long taken = used() - before;
    assertEquals(TrafficHistory.MAX_POOLS, history.pools().size());
    assertEquals(TrafficHistory.MAX_MEMBERS, history.members("pool-0").size());
    assertEquals(TrafficHistory.MAX_POOLS, saved.hours().size());
    assertTrue(taken < 16 << 20, "took " + taken + " bytes");
    Figures.tell(
        "history",
        List.of(
            "history of %,d members and %d pools, MiB: %.1f"
                .formatted(
                    TrafficHistory.MAX_MEMBERS,
                    TrafficHistory.MAX_POOLS,
                    taken / (double) (1 << 20))));
  }

  private static long used() {
    System.gc();
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
