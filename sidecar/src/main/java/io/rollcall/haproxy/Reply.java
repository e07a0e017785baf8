package io.rollcall.haproxy;

/** What HAProxy made of one step. */
public sealed interface Reply {
  /** The reply has the exact shape of success. Believed only when read back. */
  record Done() implements Reply {}

  /**
   * Any other reply.
   *
   * @param command as sent
   * @param text HAProxy's words, which may have several lines
   */
  record Refused(String command, String text) implements Reply {}
}
