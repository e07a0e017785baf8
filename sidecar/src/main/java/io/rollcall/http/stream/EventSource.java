package io.rollcall.http.stream;

import io.rollcall.core.status.Status;

/** One kind of stream. What it sends is computed once for all its subscriptions. */
public interface EventSource {
  /** Takes over a new status. */
  void refresh(Status status);
}
