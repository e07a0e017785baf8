package io.rollcall.status;

import io.rollcall.core.Status;
import java.time.Instant;

/** What the readers of one kind of stream are told; worked out once for all of them. */
interface News {
  /** Takes what is known now. */
  void refresh(Status status, Instant now);
}
