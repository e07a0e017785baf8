package io.rollcall.http.stream;

import io.rollcall.core.status.Status;
import io.vertx.core.buffer.Buffer;

/** One kind of stream. What it sends is computed once for all its subscriptions. */
public interface EventSource {
  /** Takes over a new status. */
  void refresh(Status status);

  /**
   * What is sent now and then to a quiet stream: a comment, which the browser's scripts never see.
   */
  default Buffer keepAlive() {
    return Buffer.buffer(": alive\n\n");
  }
}
