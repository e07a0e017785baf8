package io.rollcall.core.model;

/** What HAProxy answered to one step. */
public sealed interface StepResult {
  /** The reply has the exact form of success. The change counts once it is read back. */
  record Done() implements StepResult {}

  /**
   * Any other reply: HAProxy refused the step.
   *
   * @param line the command and the reply, as one line
   */
  record Refused(String line) implements StepResult {}
}
