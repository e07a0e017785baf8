package io.rollcall.http;

import io.rollcall.core.status.EventPage;
import io.rollcall.core.status.RateHistory;
import io.rollcall.core.status.Status;
import io.rollcall.core.status.TrafficHistory;
import io.rollcall.http.page.PageLinks;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the HTTP server shows. Called on the event loop; only {@link #events} waits for the disk.
 */
public interface StatusSource extends RateHistory {
  /** The newest status. */
  Status status();

  @Override
  default List<Integer> rates(String backend, @Nullable String slot) {
    return List.of();
  }

  /**
   * The events of the journal after this id that are safely on disk, oldest first. Fails with one
   * line if they cannot be read.
   *
   * @param most how many at most
   */
  default Future<List<Status.EventRecord>> events(long since, int most) {
    return Future.succeededFuture(
        status().events().stream().filter(event -> event.id() > since).limit(most).toList());
  }

  /**
   * The newest events of the journal before this id that are wanted. Fails as {@link #events}.
   *
   * @param most how many at most
   */
  default Future<EventPage> before(long id, int most, Predicate<Status.EventRecord> wanted) {
    List<Status.EventRecord> found =
        status().events().stream().filter(event -> event.id() < id).filter(wanted).toList();
    return Future.succeededFuture(
        new EventPage(found.subList(Math.max(0, found.size() - most), found.size()), null));
  }

  /** The last hour and the last day. */
  default TrafficHistory history() {
    return new TrafficHistory();
  }

  /** Addresses of other pages. */
  default PageLinks links() {
    return new PageLinks(1936, 9999);
  }

  /** The time since the reconcile loop last ran. */
  Duration sinceTurn();

  /** Why this balancer should not get requests, in a few words; null if it is ready. */
  @Nullable String unready();
}
