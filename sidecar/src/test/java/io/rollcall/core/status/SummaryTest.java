package io.rollcall.core.status;

import static io.rollcall.http.Samples.NOW;
import static io.rollcall.http.Samples.S1;
import static io.rollcall.http.Samples.S2;
import static io.rollcall.http.Samples.parked;
import static io.rollcall.http.Samples.pool;
import static io.rollcall.http.Samples.row;
import static io.rollcall.http.Samples.status;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.http.Samples;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SummaryTest {
  private static final Status.PoolStatus UNREAD =
      new Status.PoolStatus(
          "nodes",
          false,
          new Status.SlotCounts(null, null, 1),
          new Status.DriftCount(0, 0),
          List.of(S1));

  @Test
  void countsTheMembersThatAreUp() {
    assertEquals("nodes: 2 of 2 up", Summary.of(status(S1, S2)));
  }

  @Test
  void namesADownMemberWithItsCheckAndSinceWhen() {
    assertEquals(
        "warning: nodes: 1 of 2 up, s2 down (L7OK, 1 min)",
        Summary.of(status(S1, row("s2", MemberState.DOWN))));
  }

  @Test
  void countsASuspectAsUpButNamesIt() {
    assertEquals(
        "warning: nodes: 2 of 2 up, s2 suspect (1 min)",
        Summary.of(status(S1, row("s2", MemberState.SUSPECT))));
  }

  @Test
  void countsAFailedMemberButNotOneThatLeft() {
    assertEquals(
        "warning: nodes: 1 of 2 up, s2 failed (1 min)",
        Summary.of(status(S1, row("s2", MemberState.FAILED), parked("s3", MemberStatus.LEFT))));
    assertEquals(
        "nodes: 1 of 2 up, s2 parked (1 min)",
        Summary.of(status(S1, parked("s2", MemberStatus.ALIVE))));
  }

  @Test
  void saysSinceWhenHaproxyIsUnreachable() {
    var unreachable =
        new Status.HaproxyStatus(false, null, null, null, null, null, 0, NOW.minusSeconds(60));
    String line = "HAProxy: permission denied";
    Status now = status(BalancerState.DEGRADED, List.of(line), UNREAD);
    assertEquals(
        "critical: nodes: status unknown (HAProxy unreachable since 09:59:00 UTC:"
            + " HAProxy: permission denied)",
        Summary.of(Samples.with(now, now.serf(), unreachable)));
  }

  @Test
  void saysThatAPoolWasNotReadWhileHaproxyAnswers() {
    assertEquals(
        "warning: no backend nodes; nodes: status unknown (not read from HAProxy)",
        Summary.of(status(BalancerState.DEGRADED, List.of("no backend nodes"), UNREAD)));
  }

  @Test
  void cutsALongName() {
    String name = "n".repeat(128);
    assertEquals(
        "critical: nodes: 0 of 1 up, " + "n".repeat(40) + "… maint (1 min)",
        Summary.of(status(row(name, MemberState.MAINT))));
  }

  @Test
  void putsWhatIsWrongFirst() {
    var api =
        new Status.PoolStatus(
            "api", false, new Status.SlotCounts(4, 3, 1), new Status.DriftCount(0, 0), List.of(S1));
    assertEquals(
        "warning: Serf agent unreachable; no mail delivered;"
            + " nodes: 1 of 2 up, s2 down (L7OK, 1 min); api: 1 of 1 up",
        Summary.of(
            status(
                BalancerState.DEGRADED,
                List.of("Serf agent unreachable", "no mail delivered"),
                api,
                pool(S1, row("s2", MemberState.DOWN)))));
  }

  @Test
  void putsWhatHitsVisitorsBeforeAWarning() {
    Status now =
        status(
            BalancerState.DEGRADED,
            List.of("no mail delivered"),
            pool(row("s1", MemberState.DOWN)));
    assertEquals(
        "critical: nodes: 0 of 1 up, s1 down (L7OK, 1 min); no mail delivered", Summary.of(now));
    var unreachable =
        new Status.HaproxyStatus(false, null, null, null, null, null, 0, NOW.minusSeconds(60));
    now = status(BalancerState.DEGRADED, List.of("no mail delivered", "HAProxy: refused"), UNREAD);
    assertEquals(
        "critical: nodes: status unknown (HAProxy unreachable since 09:59:00 UTC: HAProxy: refused);"
            + " no mail delivered",
        Summary.of(Samples.with(now, now.serf(), unreachable)));
  }

  @Test
  void saysThatItConverges() {
    assertEquals(
        "converging: nodes: 1 of 2 up, s2 joining (1 min)",
        Summary.of(
            status(BalancerState.CONVERGING, List.of(), pool(S1, row("s2", MemberState.JOINING)))));
  }

  @Test
  void namesThreeMembersOfAKindAndCountsTheOthers() {
    assertEquals(
        "critical: nodes: 0 of 7 up, a, b, c and 1 more down (L7OK, 1 min),"
            + " e waiting (1 min), f draining (1 min), g maint (1 min)",
        Summary.of(
            status(
                BalancerState.CONVERGING,
                List.of(),
                pool(
                    row("a", MemberState.DOWN),
                    row("b", MemberState.DOWN),
                    row("c", MemberState.DOWN),
                    row("d", MemberState.DOWN),
                    row("e", MemberState.WAITING),
                    row("f", MemberState.DRAINING),
                    row("g", MemberState.MAINT)))));
  }

  @Test
  void saysThatAPoolIsEmpty() {
    assertEquals("warning: nodes: no members", Summary.of(status()));
  }
}
