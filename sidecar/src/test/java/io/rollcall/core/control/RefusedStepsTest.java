package io.rollcall.core.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RefusedStepsTest {
  private static final SlotId SLOT = new SlotId("nodes", "slot1");
  private static final List<Step> DRAIN = List.of(new Step.ToDrain(SLOT));
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final RefusedSteps refused =
      RefusedSteps.NONE.answered(DRAIN, Map.of(DRAIN.getFirst(), "no such server"), NOW);

  @Test
  void sendsTheSameStepOnlyAfterAPause() {
    Instant end = NOW.plus(RefusedSteps.PAUSE);
    assertEquals(Map.of(SLOT, "no such server"), refused.paused("nodes", end.minusMillis(1)));
    assertEquals(Map.of(), refused.paused("nodes", end));
    assertFalse(refused.isEmpty(), "it may be refused again");
  }

  @Test
  void sendsAnotherStepAtOnce() {
    assertTrue(refused.planned("nodes", List.of(new Step.ToMaint(SLOT))).isEmpty());
    assertEquals(refused, refused.planned("nodes", DRAIN));
  }

  @Test
  void keepsTheStepsOfAnotherPool() {
    assertEquals(refused, refused.planned("others", List.of()));
    assertEquals(refused, refused.withoutBackend("others"));
    assertEquals(Map.of(), refused.paused("others", NOW));
  }

  @Test
  void forgetsAStepThatWasAccepted() {
    assertTrue(refused.answered(DRAIN, Map.of(), NOW).isEmpty());
    assertEquals(refused, refused.answered(List.of(), Map.of(), NOW));
  }

  @Test
  void forgetsTheStepsOfABackendThatIsGone() {
    assertTrue(refused.withoutBackend("nodes").isEmpty());
  }
}
