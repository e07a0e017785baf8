package io.rollcall.core.status;

import java.time.Instant;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a draining member still waits for. A value that is unknown is null.
 *
 * @param deadline when it is parked at the latest
 * @param sessionsAtStart the most tracked sessions that were counted in this drain
 * @param sessions tracked sessions that still belong to it
 * @param requests requests in progress or in its queue
 */
public record DrainProgress(
    Instant deadline,
    @Nullable Integer sessionsAtStart,
    @Nullable Integer sessions,
    @Nullable Integer requests) {
  DrainProgress at(UnaryOperator<Instant> time) {
    return new DrainProgress(time.apply(deadline), sessionsAtStart, sessions, requests);
  }
}
