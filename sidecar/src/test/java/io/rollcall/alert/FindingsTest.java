package io.rollcall.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.status.BalancerState;
import io.rollcall.core.status.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FindingsTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private static Status.MemberRow row(
      String name, MemberState state, MemberStatus gossip, int seconds) {
    return new Status.MemberRow(
        name,
        "127.0.0.11",
        3000,
        "slot1",
        state,
        NOW.minusSeconds(seconds),
        "why",
        false,
        null,
        gossip,
        "L7OK",
        Map.of(),
        100,
        Status.SessionCounts.UNKNOWN,
        null,
        null);
  }

  private static String found(Integer free, List<Status.MemberRow> rows) {
    return named(findings(free, rows, true).wrong().keySet());
  }

  private static String named(Collection<AlertKey> subjects) {
    return subjects.stream()
        .map(subject -> subject.kind() + (subject.name() == null ? "" : ":" + subject.name()))
        .sorted()
        .collect(Collectors.joining(" "));
  }

  private static Findings findings(Integer free, List<Status.MemberRow> rows, boolean listed) {
    var pool =
        new Status.PoolStatus(
            "nodes",
            false,
            new Status.SlotCounts(free == null ? null : 4, free, rows.size()),
            new Status.DriftCount(0, 0),
            rows);
    var status =
        new Status(
            NOW,
            new Status.Balancer("ha", "1", NOW, BalancerState.IN_SYNC, List.of()),
            new Status.SerfStatus(listed, 1, 1, 0, 0, 0, NOW, NOW),
            new Status.HaproxyStatus(true, "2.6", 1, 1L, 1, 1, 0, NOW),
            List.of(pool),
            List.of(),
            List.of());
    return Findings.of(status, Map.of(), Map.of("nodes", 0.5), NOW);
  }

  /** Rows are {@code STATE/GOSSIP/SECONDS}, named a, b, c and so on. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SERVING/ALIVE/9 SERVING/ALIVE/9                        | ''
          SERVING/ALIVE/9 DOWN/ALIVE/9                           | MEMBER:b
          SERVING/ALIVE/9 SUSPECT/FAILED/9                       | MEMBER:b
          SERVING/ALIVE/9 DOWN/ALIVE/9 DOWN/ALIVE/9              | LOW MEMBER:b MEMBER:c
          DOWN/ALIVE/9 DOWN/FAILED/9                             | EMPTY MEMBER:a MEMBER:b
          SERVING/ALIVE/9 PARKED/FAILED/9                        | MEMBER:b
          SERVING/ALIVE/9 PARKED/LEFT/9                          | ''
          SERVING/ALIVE/9 DRAINING/ALIVE/9                       | ''
          PARKED/LEFT/9                                          | EMPTY
          MAINT/ALIVE/9                                          | EMPTY
          JOINING/ALIVE/9 WAITING/ALIVE/9                        | ''
          JOINING/ALIVE/90                                       | EMPTY MEMBER:a
          REFUSED/ALIVE/90                                       | ''
          """)
  void tellsWhatIsWrong(String rows, String expected) {
    var all = new ArrayList<Status.MemberRow>();
    for (String text : rows.strip().split(" +", -1)) {
      String[] parts = text.split("/", -1);
      all.add(
          row(
              String.valueOf((char) ('a' + all.size())),
              MemberState.valueOf(parts[0]),
              MemberStatus.valueOf(parts[1]),
              Integer.parseInt(parts[2])));
    }
    assertEquals(expected, found(1, all));
  }

  @Test
  void saysNothingOfAPoolThatHasNobodyOrWasNotRead() {
    assertEquals("", found(4, List.of()));
    assertEquals("", found(null, List.of(row("a", MemberState.DOWN, MemberStatus.ALIVE, 9))));
  }

  /** As when the last of an empty pool was forgotten after its hour. */
  @Test
  void doesNotTakeAPoolForWellThatNobodyServes() {
    assertEquals("EMPTY LOW", named(findings(4, List.of(), true).unknown()));
    var joins = List.of(row("a", MemberState.JOINING, MemberStatus.ALIVE, 9));
    assertEquals("EMPTY LOW", named(findings(3, joins, true).unknown()));
  }

  @Test
  void knowsNothingOfThoseOutOfRotationWhileSerfIsAway() {
    var rows =
        List.of(
            row("a", MemberState.SERVING, MemberStatus.UNKNOWN, 9),
            row("b", MemberState.PARKED, MemberStatus.UNKNOWN, 9),
            row("c", MemberState.DOWN, MemberStatus.UNKNOWN, 9));
    Findings findings = findings(1, rows, false);
    assertEquals("LOW MEMBER:b", named(findings.unknown()));
    assertEquals("MEMBER:c", named(findings.wrong().keySet()));
    assertEquals("", named(findings(1, rows, true).unknown()));
  }

  @Test
  void tellsThatSomebodyWaitsWhileNoSlotIsFree() {
    var rows =
        List.of(
            row("a", MemberState.SERVING, MemberStatus.ALIVE, 9),
            row("b", MemberState.WAITING, MemberStatus.ALIVE, 9));
    assertEquals("FULL", found(0, rows));
    assertEquals("", found(1, rows));
  }
}
