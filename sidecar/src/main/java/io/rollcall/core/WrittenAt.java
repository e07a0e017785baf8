package io.rollcall.core;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When a file was written. All times in the file are wall clock times of that moment; the uptime
 * tells how long ago that was even if the wall clock was set since. The components are fields of
 * the files, with these names for ever.
 *
 * @param at the wall clock's time
 * @param bootId the kernel's id of its present run; null if unknown
 * @param uptimeMillis of the kernel, suspended time included; null if unknown
 */
public record WrittenAt(Instant at, @Nullable String bootId, @Nullable Long uptimeMillis) {
  public WrittenAt {
    Objects.requireNonNull(at);
  }
}
