package io.rollcall.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.ClockReading;
import io.rollcall.core.SteadyClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineClocksTest {
  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

  @TempDir Path proc;
  private Instant wall = START;
  private long nanos;
  private final SteadyClock clock = new SteadyClock(() -> wall, () -> nanos);

  private void write(String uptime) throws Exception {
    Path random = Files.createDirectories(proc.resolve("sys/kernel/random"));
    Files.writeString(random.resolve("boot_id"), "8c0e6a52-2f0b\n");
    Files.writeString(proc.resolve("uptime"), uptime);
  }

  @Test
  void readsAllClocks() throws Exception {
    write("350735.47 234388.90\n");
    var clocks = new MachineClocks(clock, proc);
    nanos += 5_000_000_000L;
    wall = START.plusSeconds(3605);
    assertEquals(
        new ClockReading(
            START.plusSeconds(5),
            START.plusSeconds(3605),
            "8c0e6a52-2f0b",
            Duration.ofMillis(350_735_470)),
        clocks.get());
  }

  @Test
  void doesNotKnowTheUptimeWithoutProc() {
    assertEquals(new ClockReading(START, START, null, null), new MachineClocks(clock, proc).get());
  }

  @Test
  void doesNotKnowAnUptimeThatIsNoNumber() throws Exception {
    write("long\n");
    assertEquals(
        new ClockReading(START, START, "8c0e6a52-2f0b", null),
        new MachineClocks(clock, proc).get());
  }

  @Test
  void readsTheKernelOfThisMachine() {
    var clocks = new MachineClocks(new SteadyClock(InstantSource.system(), System::nanoTime));
    ClockReading first = clocks.get();
    assertNotNull(first.bootId());
    assertNotNull(first.uptime());
    assertTrue(first.uptime().toMillis() > 0);
    assertEquals(first.bootId(), clocks.get().bootId());
  }
}
