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
        "nodes: 1 of 2 up, s2 down (L7OK, 1 min)",
        Summary.of(status(S1, row("s2", MemberState.DOWN))));
  }

  @Test
  void countsASuspectAsUpButNamesIt() {
    assertEquals(
        "nodes: 2 of 2 up, s2 suspect (1 min)",
        Summary.of(status(S1, row("s2", MemberState.SUSPECT))));
  }

  @Test
  void countsAFailedMemberButNotOneThatLeft() {
    assertEquals(
        "nodes: 1 of 2 up, s2 failed (1 min)",
        Summary.of(status(S1, parked("s2", MemberStatus.FAILED), parked("s3", MemberStatus.LEFT))));
    assertEquals(
        "nodes: 1 of 2 up, s2 parked (1 min)",
        Summary.of(status(S1, parked("s2", MemberStatus.ALIVE))));
  }

  @Test
  void saysSinceWhenHaproxyIsUnreachable() {
    var unreachable =
        new Status.HaproxyStatus(false, null, null, null, null, null, 0, NOW.minusSeconds(60));
    Status now = status(BalancerState.DEGRADED, List.of("permission denied"), UNREAD);
    assertEquals(
        "degraded: permission denied;"
            + " nodes: status unknown (HAProxy unreachable since 09:59:00)",
        Summary.of(Samples.with(now, now.serf(), unreachable)));
  }

  @Test
  void saysThatAPoolWasNotReadWhileHaproxyAnswers() {
    assertEquals(
        "degraded: no backend nodes; nodes: status unknown (not read from HAProxy)",
        Summary.of(status(BalancerState.DEGRADED, List.of("no backend nodes"), UNREAD)));
  }

  @Test
  void cutsALongName() {
    String name = "n".repeat(128);
    assertEquals(
        "nodes: 0 of 1 up, " + "n".repeat(40) + "… maint (1 min)",
        Summary.of(status(row(name, MemberState.MAINT))));
  }

  @Test
  void putsWhatIsWrongFirst() {
    var api =
        new Status.PoolStatus(
            "api", false, new Status.SlotCounts(4, 3, 1), new Status.DriftCount(0, 0), List.of(S1));
    assertEquals(
        "degraded: Serf agent unreachable; no mail delivered;"
            + " nodes: 1 of 2 up, s2 down (L7OK, 1 min); api: 1 of 1 up",
        Summary.of(
            status(
                BalancerState.DEGRADED,
                List.of("Serf agent unreachable", "no mail delivered"),
                api,
                pool(S1, row("s2", MemberState.DOWN)))));
  }

  @Test
  void saysWhatIsWrongInAPoolOnce() {
    Status.PoolStatus down = pool(S1, row("s2", MemberState.DOWN));
    assertEquals(
        "converging; nodes: 1 of 2 up, s2 down (L7OK, 1 min)",
        Summary.of(status(BalancerState.CONVERGING, PoolReasons.of(down), down)));
  }

  @Test
  void namesThreeMembersAndCountsTheOthers() {
    assertEquals(
        "converging; nodes: 0 of 5 up, a joining (1 min), b down (L7OK, 1 min),"
            + " c waiting (1 min) and 2 more",
        Summary.of(
            status(
                BalancerState.CONVERGING,
                List.of(),
                pool(
                    row("a", MemberState.JOINING),
                    row("b", MemberState.DOWN),
                    row("c", MemberState.WAITING),
                    row("d", MemberState.DRAINING),
                    row("e", MemberState.MAINT)))));
  }

  @Test
  void saysThatAPoolIsEmpty() {
    assertEquals("nodes: no members", Summary.of(status()));
  }
}
