package io.rollcall.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Snapshot;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PortlessSlotsTest {
  private long uptime;
  private final PortlessSlots portless = new PortlessSlots();

  @Test
  void remembersThemWhileTheProcessLives() {
    assertEquals(List.of(false, false), seen(1, false, false));
    assertEquals(List.of(true, false), seen(1, true, false));
    assertEquals(List.of(true, false), seen(1, false, false), "it has a member now");
    assertEquals(List.of(true, true), seen(1, false, true));
    assertEquals(List.of(false, false), seen(2, false, false), "another process");
  }

  @Test
  void forgetsThemAfterARestartWithTheSamePid() {
    uptime = 100;
    assertEquals(List.of(true, false), seen(1, true, false));
    uptime = 200;
    assertEquals(List.of(true, false), seen(1, false, false));
    uptime = 3;
    assertEquals(List.of(true, false), seen(1, true, false), "it was not mended");
    uptime = 2;
    assertEquals(List.of(false, false), seen(1, false, false));
    uptime = 100;
    assertEquals(List.of(false, false), seen(1, false, false));
  }

  private List<Boolean> seen(int pid, boolean first, boolean second) {
    var read =
        new Snapshot(
            true,
            new HaproxyInfo("3.0.0", pid, uptime, false, 0, 0),
            Map.of("nodes", List.of(slot(1, first), slot(2, second))),
            List.of());
    return portless.remembered(read).pools().values().stream()
        .flatMap(List::stream)
        .map(slot -> slot.configured().portless())
        .toList();
  }

  private static Slot slot(int number, boolean portless) {
    var line = new Slot.Configured("slot.invalid", 1, false, null, portless);
    Slot slot =
        new Slot(
            new SlotId("nodes", "slot" + number),
            number,
            null,
            Slot.Admin.MAINT,
            true,
            1,
            "",
            null);
    return new Slot(slot.id(), number, null, slot.admin(), true, 1, "", null, slot.report(), line);
  }
}
