package io.rollcall.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RefusedStepsTest {
  private static final SlotId SLOT = new SlotId("nodes", "slot1");
  private static final List<Step> DRAIN = List.of(new Step.ToDrain(SLOT));

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final RefusedSteps refusals = new RefusedSteps(() -> now);

  @Test
  void asksTheSameAgainOnlyAfterAPause() {
    refusals.add(DRAIN);
    now = now.plus(RefusedSteps.PAUSE).minusMillis(1);
    assertEquals(Set.of(SLOT), refusals.paused("nodes", DRAIN));
    now = now.plusMillis(1);
    assertEquals(Set.of(), refusals.paused("nodes", DRAIN));
    assertFalse(refusals.none(), "nobody knows yet that it is not refused again");
  }

  @Test
  void asksSomethingElseAtOnce() {
    refusals.add(DRAIN);
    assertEquals(Set.of(), refusals.paused("nodes", List.of(new Step.ToMaint(SLOT))));
    assertTrue(refusals.none());
  }

  @Test
  void keepsWhatAnotherPoolWasRefused() {
    refusals.add(DRAIN);
    assertEquals(Set.of(), refusals.paused("others", List.of()));
    assertEquals(Set.of(SLOT), refusals.paused("nodes", DRAIN));
  }

  @Test
  void forgetsWhatWasAccepted() {
    refusals.add(DRAIN);
    refusals.accepted(DRAIN);
    assertTrue(refusals.none());
  }

  @Test
  void forgetsWhatABackendRefusedThatIsGone() {
    refusals.add(DRAIN);
    refusals.forget("others");
    assertFalse(refusals.none());
    refusals.forget("nodes");
    assertTrue(refusals.none());
  }

  @Test
  void isNotPausedLongerByAClockThatIsSetBack() {
    refusals.add(DRAIN);
    now = now.minusSeconds(3600);
    assertEquals(Set.of(), refusals.paused("nodes", DRAIN));
  }
}
