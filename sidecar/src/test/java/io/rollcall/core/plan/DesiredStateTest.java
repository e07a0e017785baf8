package io.rollcall.core.plan;

import static io.rollcall.core.plan.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.status.PoolStatusBuilder;
import io.rollcall.core.status.Status;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DesiredStateTest {
  private final ModelPool pool = new ModelPool(4);

  /** HAProxy's own placeholder would be set for ever, since it never shows as set. */
  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1", "0.0.0.0", "::", "224.0.0.1"})
  void refusesAnAddressThatNoServerCanHave(String ip) {
    var member =
        new Member("s1", InetAddress.ofLiteral(ip), MemberStatus.ALIVE, Map.of("role", "backend"));
    pool.roster = pool.known().with(member);
    pool.settle();
    PoolState.Waiting waiting = pool.memory.waiting().get("s1");
    assertTrue(waiting.refused());
    assertEquals(
        "address " + member.ip().getHostAddress() + ": expected one that a server can have",
        waiting.why());
  }

  @Test
  void lengthensNoDrainWhenTheClockIsSetBack() {
    pool.join("s1", 11);
    pool.settle();
    pool.running(slot(1), 1);
    pool.gossip("s1", MemberStatus.LEFT);
    pool.settle();
    pool.wait(Duration.ofDays(-1));
    pool.wait(Duration.ofSeconds(30));
    assertEquals(SlotState.PARKED, pool.state("s1"));
  }

  @ParameterizedTest
  @CsvSource({"MAINT, MAINT", "DRAIN, PARKED"})
  void showsWhomAnOperatorKeepsOutAlsoWithoutASlot(Intent.Action action, MemberState shown) {
    pool.join("s1", 11);
    pool.join("s2", 12);
    pool.settle();
    pool.sticky.put(slot(1), new PlannerInput.TrackedSessions(0, null));
    pool.memory =
        pool.memory.withAction(new OperatorAction.SetState("nodes", "s1", action), pool.now);
    pool.settle();
    Roster list = pool.known();
    pool.roster = pool.known().without("s1"); // the agent came back with a short list
    pool.settle();
    pool.roster = list;
    pool.settle();
    Status.MemberRow row =
        PoolStatusBuilder.of(pool.view()).members().stream()
            .filter(each -> each.name().equals("s1"))
            .findFirst()
            .orElseThrow();
    assertEquals(shown, row.state());
  }
}
