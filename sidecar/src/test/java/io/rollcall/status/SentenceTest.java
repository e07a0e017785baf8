package io.rollcall.status;

import static io.rollcall.status.Samples.S1;
import static io.rollcall.status.Samples.S2;
import static io.rollcall.status.Samples.parked;
import static io.rollcall.status.Samples.pool;
import static io.rollcall.status.Samples.row;
import static io.rollcall.status.Samples.status;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.BalancerState;
import io.rollcall.core.Gossip;
import io.rollcall.core.MemberState;
import io.rollcall.core.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SentenceTest {
  @Test
  void saysThatAllIsWell() {
    assertEquals(
        "nodes: 2 of 2 members serve; in sync with gossip and HAProxy",
        Sentence.of(status(S1, S2)));
  }

  @Test
  void countsASuspectAsServingButNamesIt() {
    assertEquals(
        "nodes: 2 of 2 members serve (s2 suspect); in sync with gossip and HAProxy",
        Sentence.of(status(S1, row("s2", MemberState.SUSPECT))));
  }

  @Test
  void countsWhoFailedAndNotWhoLeft() {
    assertEquals(
        "nodes: 1 of 2 members serve (s2 failed); in sync with gossip and HAProxy",
        Sentence.of(status(S1, parked("s2", Gossip.FAILED), parked("s3", Gossip.LEFT))));
    assertEquals(
        "nodes: 1 of 2 members serve (s2 parked); in sync with gossip and HAProxy",
        Sentence.of(status(S1, parked("s2", Gossip.ALIVE))));
  }

  @Test
  void doesNotKnowWhoServesWhileHaproxyIsNotRead() {
    var unread =
        new Status.Pool(
            "nodes", false, new Status.Slots(null, null, 1), new Status.Drift(0, 0), List.of(S1));
    assertEquals(
        "degraded: nobody listens; nodes: unknown who serves",
        Sentence.of(status(BalancerState.DEGRADED, List.of("nobody listens"), unread)));
  }

  @Test
  void cutsALongName() {
    String name = "n".repeat(128);
    assertEquals(
        "nodes: 0 of 1 members serve ("
            + "n".repeat(40)
            + "… down); in sync with gossip and HAProxy",
        Sentence.of(status(row(name, MemberState.DOWN))));
  }

  @Test
  void saysWhatIsWrongFirst() {
    var api =
        new Status.Pool(
            "api", false, new Status.Slots(4, 3, 1), new Status.Drift(0, 0), List.of(S1));
    assertEquals(
        "degraded: the Serf agent does not answer; no mail goes out;"
            + " nodes: 1 of 2 members serve (s2 down); api: 1 of 1 members serve",
        Sentence.of(
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
        Sentence.of(
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
    assertEquals("nodes: no members; in sync with gossip and HAProxy", Sentence.of(status()));
  }
}
