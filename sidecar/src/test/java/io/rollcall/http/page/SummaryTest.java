package io.rollcall.http.page;

import static io.rollcall.http.Samples.S1;
import static io.rollcall.http.Samples.S2;
import static io.rollcall.http.Samples.parked;
import static io.rollcall.http.Samples.pool;
import static io.rollcall.http.Samples.row;
import static io.rollcall.http.Samples.status;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.status.BalancerState;
import io.rollcall.core.status.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SummaryTest {
  @Test
  void saysThatAllIsWell() {
    assertEquals(
        "nodes: 2 of 2 members serve; in sync with gossip and HAProxy", Summary.of(status(S1, S2)));
  }

  @Test
  void countsASuspectAsServingButNamesIt() {
    assertEquals(
        "nodes: 2 of 2 members serve (s2 suspect); in sync with gossip and HAProxy",
        Summary.of(status(S1, row("s2", MemberState.SUSPECT))));
  }

  @Test
  void countsWhoFailedAndNotWhoLeft() {
    assertEquals(
        "nodes: 1 of 2 members serve (s2 failed); in sync with gossip and HAProxy",
        Summary.of(status(S1, parked("s2", MemberStatus.FAILED), parked("s3", MemberStatus.LEFT))));
    assertEquals(
        "nodes: 1 of 2 members serve (s2 parked); in sync with gossip and HAProxy",
        Summary.of(status(S1, parked("s2", MemberStatus.ALIVE))));
  }

  @Test
  void doesNotKnowWhoServesWhileHaproxyIsNotRead() {
    var unread =
        new Status.PoolStatus(
            "nodes",
            false,
            new Status.SlotCounts(null, null, 1),
            new Status.DriftCount(0, 0),
            List.of(S1));
    assertEquals(
        "degraded: nobody listens; nodes: unknown who serves",
        Summary.of(status(BalancerState.DEGRADED, List.of("nobody listens"), unread)));
  }

  @Test
  void cutsALongName() {
    String name = "n".repeat(128);
    assertEquals(
        "nodes: 0 of 1 members serve ("
            + "n".repeat(40)
            + "… down); in sync with gossip and HAProxy",
        Summary.of(status(row(name, MemberState.DOWN))));
  }

  @Test
  void saysWhatIsWrongFirst() {
    var api =
        new Status.PoolStatus(
            "api", false, new Status.SlotCounts(4, 3, 1), new Status.DriftCount(0, 0), List.of(S1));
    assertEquals(
        "degraded: the Serf agent does not answer; no mail goes out;"
            + " nodes: 1 of 2 members serve (s2 down); api: 1 of 1 members serve",
        Summary.of(
            status(
                BalancerState.DEGRADED,
                List.of("the Serf agent does not answer", "no mail goes out"),
                api,
                pool(S1, row("s2", MemberState.DOWN)))));
  }

  @Test
  void namesThreeThatDoNotServe() {
    assertEquals(
        "converging; nodes: 0 of 5 members serve" + " (a joining, b down, c waiting and 2 more)",
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
    assertEquals("nodes: no members; in sync with gossip and HAProxy", Summary.of(status()));
  }
}
