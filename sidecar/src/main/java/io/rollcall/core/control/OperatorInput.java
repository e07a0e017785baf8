package io.rollcall.core.control;

import io.rollcall.core.model.Intent;
import io.rollcall.core.model.OperatorAction;

/** What a person asks for. */
public sealed interface OperatorInput extends Input {
  /**
   * An action to take in the next cycle.
   *
   * @param id names the request; the answer carries it
   * @param by the name of the operator's token
   * @param from the address of the client, as the journal shows it
   */
  record ActionRequested(long id, OperatorAction action, String by, String from)
      implements OperatorInput {
    /** By an operator whose name is not known. */
    public ActionRequested(long id, OperatorAction action, String from) {
      this(id, action, Intent.BY_API, from);
    }
  }

  /** Somebody reads the status: what costs HAProxy time is read more often for a while. */
  record StatusViewed() implements OperatorInput {}
}
