package io.rollcall.http;

import io.rollcall.core.model.OperatorAction;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Carries out the actions of operators. Called on the event loop. */
public interface OperatorActions {
  /**
   * Submits an action. The result comes once it is saved: null, or why it is refused, in a few
   * words, if there is no such pool or member. Fails with one line if it cannot be saved.
   *
   * @param from the address of the client
   */
  Future<@Nullable String> submit(OperatorAction action, String from);

  /** Sends a test mail. The result comes once it is queued on disk: null, or why it is refused. */
  default Future<@Nullable String> testMail(String from) {
    return Future.succeededFuture("mail is disabled: mail.host is not configured");
  }
}
