package io.rollcall.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The request rates of the last minute. */
final class RequestRatesTest {
  private static final SlotId SLOT1 = new SlotId("nodes", "slot1");
  private static final SlotId SLOT2 = new SlotId("nodes", "slot2");

  private final RequestRates rates = new RequestRates();
  private Instant now = Instant.parse("2026-11-22T10:00:00Z");

  private void second(Slot... used) {
    rates.sample(List.of(used), now);
    now = now.plusSeconds(1);
  }

  private static Slot slot(SlotId id, int rate) {
    var load = new Slot.Load(0, 0, 0, 0, rate, 0);
    return new Slot(id, 1, null, Slot.Admin.READY, true, 100, "L7OK", load);
  }

  private List<Integer> last(SlotId slot, int count) {
    List<Integer> all = rates.of(slot);
    assertEquals(60, all.size());
    return all.subList(60 - count, 60);
  }

  @Test
  void givesTheNewestLastAndForgetsWhatIsUsedNoMore() {
    second(slot(SLOT1, 7), slot(SLOT2, 1));
    second(slot(SLOT1, 8), slot(SLOT2, 1));
    assertEquals(List.of(0, 7, 8), last(SLOT1, 3));
    second(slot(SLOT1, 9));
    assertEquals(List.of(0, 7, 8, 9), last(SLOT1, 4));
    assertEquals(List.of(), rates.of(SLOT2));
  }

  @Test
  void givesTheSameListWhileNothingChanges() {
    second(slot(SLOT1, 0));
    List<Integer> calm = rates.of(SLOT1);
    second(slot(SLOT1, 0));
    assertSame(calm, rates.of(SLOT1));
    second(slot(SLOT1, 5));
    assertEquals(List.of(0, 5), last(SLOT1, 2));
    second(slot(SLOT1, 5));
    assertEquals(List.of(0, 5, 5), last(SLOT1, 3));
    for (int i = 0; i < 60; i++) {
      second(slot(SLOT1, 5));
    }
    List<Integer> busy = rates.of(SLOT1);
    assertEquals(5, busy.getFirst());
    second(slot(SLOT1, 5));
    assertSame(busy, rates.of(SLOT1));
    second(slot(SLOT1, 0));
    assertEquals(List.of(5, 0), last(SLOT1, 2));
  }
}
