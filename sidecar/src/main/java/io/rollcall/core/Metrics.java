package io.rollcall.core;

import io.rollcall.core.model.EventKind;
import java.time.Duration;

/**
 * Receives what is counted and timed while the sidecar works. Called on the event loop, but for
 * {@link #logLinesDropped}, which any thread may call. Every method does nothing unless it is
 * overridden.
 */
public interface Metrics {
  /** Discards everything. */
  Metrics NONE = new Metrics() {};

  /** One pool was planned. */
  default void planned(Duration took) {}

  /**
   * HAProxy answered every step of a plan.
   *
   * @param steps how many steps were sent
   */
  default void applied(int steps, Duration took) {}

  /**
   * HAProxy answered one command on its admin socket.
   *
   * @param kind the command without its arguments, {@code show stat}
   */
  default void commandAnswered(String kind, Duration took) {}

  /**
   * Lines were read from the pipe.
   *
   * @param malformed how many of them could not be parsed
   */
  default void linesRead(int count, int malformed) {}

  /** The whole member list was read. */
  default void memberListRead() {}

  /** HAProxy counted the tracked sessions of one slot. */
  default void sessionsCounted(Duration took) {}

  /** The number of open streams of server-sent events changed. */
  default void streams(int open) {}

  /** The journal got an event. */
  default void eventRecorded(EventKind kind) {}

  /**
   * HAProxy gave a member its first request since it began to join.
   *
   * @param took since the member was ready and got a slot
   */
  default void firstRequest(Duration took) {}

  /** Log lines were discarded because standard output was blocked. Safe on any thread. */
  default void logLinesDropped(int count) {}
}
