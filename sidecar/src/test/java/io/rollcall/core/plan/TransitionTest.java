package io.rollcall.core.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.ServerSpec;
import io.rollcall.core.model.SlotState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TransitionTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Occupant PREPARED =
      Occupant.assigned("s1", new ServerSpec(ModelPool.at(11), "b", 100, 0), NOW);

  private static Transition transition(@Nullable Occupant before, @Nullable Occupant after) {
    return new Transition(ModelPool.slot(1), before, after, List.of(), List.of(), null);
  }

  @Test
  void canBeMadeAsTheTablePermits() {
    assertNull(transition(null, PREPARED).before());
    assertNull(transition(PREPARED, null).after());
    assertEquals(PREPARED, transition(PREPARED, PREPARED).after());
  }

  @Test
  void cannotBeMadeOtherwise() {
    Occupant serving = PREPARED.withState(SlotState.SERVING, NOW, "");
    var e = assertThrows(IllegalStateException.class, () -> transition(PREPARED, serving));
    assertEquals("no transition of nodes/slot1 from PREPARED to SERVING", e.getMessage());
  }
}
