package io.rollcall.core.model;

/** What HAProxy answered to one step. */
public sealed interface StepResult {
  /** The reply has the exact form of success. The change counts once it is read back. */
  record Done() implements StepResult {}

  /**
   * Any other reply.
   *
   * @param line the command and the reply, one line
   */
  record Refused(String line) implements StepResult {}
}
