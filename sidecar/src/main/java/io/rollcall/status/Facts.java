package io.rollcall.status;

import io.rollcall.core.Status;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the server asks of the sidecar for each answer, on the event loop; each returns at once. */
public interface Facts {
  /** Everything as it is now. */
  Status status();

  /** How long ago the loop last turned. */
  Duration sinceTurn();

  /** Why requests should not come here yet, in a few words; null once they may. */
  @Nullable String unready();
}
