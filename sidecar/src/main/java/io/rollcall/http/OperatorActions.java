package io.rollcall.http;

import io.rollcall.core.model.OperatorAction;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Takes an operator's orders, on the event loop. */
public interface OperatorActions {
  /**
   * Gives an order. The result comes once it is kept: null, or where there is nobody to obey it,
   * why, in a few words.
   *
   * @param from the address that it came from
   */
  Future<@Nullable String> give(OperatorAction order, String from);

  /** Sends a test mail. The result comes once it waits on disk: null, or why there is none. */
  default Future<@Nullable String> testMail(String from) {
    return Future.succeededFuture("mail is off: no mail.host is configured");
  }
}
