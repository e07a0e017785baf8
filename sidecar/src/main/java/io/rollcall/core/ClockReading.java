package io.rollcall.core;

import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All clocks, read at one moment. It converts times between the {@link SteadyClock} of this process
 * and a file, which outlives the process. Pure.
 *
 * @param steady the process's steady clock
 * @param wall the wall clock
 * @param bootId the kernel's id of its present run; null if unknown
 * @param uptime of the kernel, suspended time included; null if unknown
 */
public record ClockReading(
    Instant steady, Instant wall, @Nullable String bootId, @Nullable Duration uptime) {

  /** The time stamp of a file that is written now. */
  public WrittenAt writtenAt() {
    return new WrittenAt(wall, bootId, uptime == null ? null : uptime.toMillis());
  }

  /** Converts steady times to the times in a file that is written now. */
  public UnaryOperator<Instant> toFile() {
    return shift(Duration.between(steady, wall));
  }

  /**
   * Converts the times in a file to this process's steady times: what was ten seconds before the
   * file was written is ten seconds and the file's age before now.
   *
   * @param written the file's time stamp; null for a file without one, whose times are taken for
   *     times of the wall clock as it is set now
   */
  public UnaryOperator<Instant> fromFile(@Nullable WrittenAt written) {
    return written == null
        ? shift(Duration.between(wall, steady))
        : shift(Duration.between(written.at(), steady).minus(age(written)));
  }

  /**
   * How long ago that was: by the uptime within one run of the kernel, else by the wall clock.
   * Never negative.
   */
  Duration age(WrittenAt written) {
    if (uptime != null
        && written.uptimeMillis() != null
        && bootId != null
        && bootId.equals(written.bootId())) {
      Duration byUptime = uptime.minusMillis(written.uptimeMillis());
      // in a container the uptime may be the container's own, and begin again with it
      if (!byUptime.isNegative()) {
        return byUptime;
      }
    }
    Duration byWall = Duration.between(written.at(), wall);
    return byWall.isNegative() ? Duration.ZERO : byWall;
  }

  private static UnaryOperator<Instant> shift(Duration by) {
    return time -> time.plus(by);
  }
}
