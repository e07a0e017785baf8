package io.rollcall.http;

import io.rollcall.core.status.Status;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the server asks of the sidecar for each answer, on the event loop; what is no Future returns
 * at once.
 */
public interface StatusSource {
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

  /**
   * Events of the journal after an id, oldest first; those that are safe on disk. Fails with one
   * line where they can't be read now.
   *
   * @param most how many at most
   */
  default Future<List<Status.EventRecord>> events(long since, int most) {
    return Future.succeededFuture(
        status().events().stream().filter(event -> event.id() > since).limit(most).toList());
  }

  /** How long ago the loop last turned. */
  Duration sinceTurn();

  /** Why requests should not come here yet, in a few words; null once they may. */
  @Nullable String unready();
}
