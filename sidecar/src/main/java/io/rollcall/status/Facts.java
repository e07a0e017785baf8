package io.rollcall.status;

import io.rollcall.core.Status;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the server asks of the sidecar for each answer, on the event loop; each returns at once. */
public interface Facts {
  /** Everything as it is now. */
  Status status();

  /**
   * Requests of each of the last seconds, the newest last; empty where none are known.
   *
   * @param slot null where the member has none
   */
  default List<Integer> rates(String backend, @Nullable String slot) {
    return List.of();
  }

  /** How long ago the loop last turned. */
  Duration sinceTurn();

  /** Why requests should not come here yet, in a few words; null once they may. */
  @Nullable String unready();
}
