package io.rollcall.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rollcall.core.ClockReading;
import io.rollcall.core.SteadyClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads all clocks of a Linux machine. The kernel answers from memory, so this does not block.
 * Where there is no {@code /proc} the boot id and the uptime are unknown.
 */
public final class MachineClocks implements Supplier<ClockReading> {
  private final SteadyClock clock;
  private final Path proc;
  private final @Nullable String bootId;

  public MachineClocks(SteadyClock clock) {
    this(clock, Path.of("/proc"));
  }

  MachineClocks(SteadyClock clock, Path proc) {
    this.clock = clock;
    this.proc = proc;
    this.bootId = firstWord(proc.resolve("sys/kernel/random/boot_id"));
  }

  @Override
  public ClockReading get() {
    Instant now = clock.instant();
    return new ClockReading(now, clock.wall(now), bootId, uptime());
  }

  private @Nullable Duration uptime() {
    String seconds = firstWord(proc.resolve("uptime"));
    try {
      return seconds == null ? null : Duration.ofMillis((long) (Double.parseDouble(seconds) * 1e3));
    } catch (NumberFormatException _) {
      return null;
    }
  }

  private static @Nullable String firstWord(Path file) {
    try {
      String word = Files.readString(file, UTF_8).strip().split("\\s", 2)[0];
      return word.isEmpty() ? null : word;
    } catch (IOException _) {
      return null;
    }
  }
}
