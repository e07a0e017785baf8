package io.rollcall.http.stream;

import io.rollcall.core.status.Status;
import java.time.Instant;

/** What the readers of one kind of stream are told; worked out once for all of them. */
public interface EventSource {
  /** Takes what is known now. */
  void refresh(Status status, Instant now);
}
