package io.rollcall.core.control;

import io.rollcall.core.model.OperatorAction;

/** What a person asks for. */
public sealed interface OperatorInput extends Input {
  /**
   * An action to take in the next cycle.
   *
   * @param id names the request; the answer carries it
   * @param from who asked, as the journal shows it
   */
  record ActionRequested(long id, OperatorAction action, String from) implements OperatorInput {}

  /** Somebody reads the status: what costs HAProxy time is read more often for a while. */
  record StatusViewed() implements OperatorInput {}
}
