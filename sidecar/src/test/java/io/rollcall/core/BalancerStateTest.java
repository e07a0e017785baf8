package io.rollcall.core;

import static io.rollcall.core.BalancerState.CONVERGING;
import static io.rollcall.core.BalancerState.DEGRADED;
import static io.rollcall.core.BalancerState.HOLDING;
import static io.rollcall.core.BalancerState.IN_SYNC;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class BalancerStateTest {
  @Test
  void theWorstStateWins() {
    assertEquals(IN_SYNC, BalancerState.worst(List.of()));
    assertEquals(CONVERGING, BalancerState.worst(List.of(CONVERGING, IN_SYNC)));
    assertEquals(HOLDING, BalancerState.worst(List.of(CONVERGING, HOLDING)));
    assertEquals(DEGRADED, BalancerState.worst(List.of(HOLDING, DEGRADED, IN_SYNC)));
  }
}
