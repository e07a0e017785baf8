package io.rollcall.http;

import io.rollcall.core.model.OperatorAction;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Carries out the actions of operators. Called on the event loop. */
public interface OperatorActions {
  /**
   * Who asks.
   *
   * @param name of the token
   * @param address of the client
   */
  record Requester(String name, String address) {
    @Override
    public String toString() {
      return name + " from " + address;
    }
  }

  /**
   * Submits an action. The result comes once it is saved: null, or why it is refused, in a few
   * words, if there is no such pool or member. Fails with one line if it cannot be saved.
   *
   * @param action its times are those of the wall clock
   */
  Future<@Nullable String> submit(OperatorAction action, Requester from);

  /**
   * Sends a test to a channel. The result comes once it is queued on disk: null, or why it is
   * refused.
   *
   * @param channel {@code mail} or the name of another one
   */
  default Future<@Nullable String> testAlert(String channel, Requester from) {
    return Future.succeededFuture("there is no channel " + channel);
  }

  /** Sends a test mail. The result comes once it is queued on disk: null, or why it is refused. */
  default Future<@Nullable String> testMail(Requester from) {
    return testAlert("mail", from);
  }
}
