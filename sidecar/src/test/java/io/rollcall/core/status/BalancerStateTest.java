package io.rollcall.core.status;

import static io.rollcall.core.status.BalancerState.CONVERGING;
import static io.rollcall.core.status.BalancerState.DEGRADED;
import static io.rollcall.core.status.BalancerState.HOLDING;
import static io.rollcall.core.status.BalancerState.IN_SYNC;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.plan.ModelPool;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BalancerStateTest {
  private final ModelPool pool = new ModelPool(4);

  private BalancerState state(boolean troubled, boolean moving) {
    return BalancerState.of(List.of(PoolStatusBuilder.of(pool.view())), troubled, moving);
  }

  private void join(int members) {
    IntStream.rangeClosed(1, members).forEach(i -> pool.join("s" + i, i));
    pool.settle();
  }

  @Test
  void isInSyncWhereNothingIsToBeDone() {
    join(2);
    assertEquals(IN_SYNC, state(false, false));
    assertEquals(CONVERGING, state(false, true));
    assertEquals(DEGRADED, state(true, false));
  }

  @Test
  void convergesWhileAMemberIsOnItsWay() {
    join(2);
    pool.gossip("s3", 3, MemberStatus.ALIVE);
    pool.settle();
    assertEquals(SlotState.JOINING, pool.state("s3"));
    assertEquals(CONVERGING, state(false, false));
  }

  @Test
  void holdsUnlessSomethingWorseIsTrue() {
    join(2);
    pool.gossip("s1", MemberStatus.FAILED);
    pool.gossip("s2", MemberStatus.FAILED);
    pool.settle();
    pool.wait(Duration.ofSeconds(61));
    assertEquals(HOLDING, state(false, true));
    assertEquals(DEGRADED, state(true, false));
  }

  @Test
  void isDegradedWhereNobodyServes() {
    join(1);
    pool.answering.clear();
    pool.settle();
    assertEquals(DEGRADED, state(false, false));
  }
}
