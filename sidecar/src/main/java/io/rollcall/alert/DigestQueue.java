package io.rollcall.alert;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Alerts that wait to be sent in one notification: a short time for others to come along, and
 * longer while the hourly limit is reached. An incident that begins and ends while it waits is not
 * sent but counted.
 *
 * @param waiting in order of arrival
 * @param since when the first of them arrived; null if none waits
 * @param sentAt when notifications were sent, within the last hour
 * @param withheld alerts that were never sent, since the last notification
 */
public record DigestQueue(
    List<Alert> waiting, @Nullable Instant since, List<Instant> sentAt, int withheld) {
  public static final DigestQueue EMPTY = new DigestQueue(List.of(), null, List.of(), 0);

  private static final int MAX_WAITING = 200;

  public DigestQueue {
    waiting = List.copyOf(waiting);
    sentAt = List.copyOf(sentAt);
  }

  /**
   * The queue after a flush.
   *
   * @param due a notification is to be sent; it may consist of the count of withheld alerts only
   * @param alerts its alerts
   */
  record Batch(DigestQueue queue, boolean due, List<Alert> alerts) {}

  DigestQueue with(Alert alert, Instant now) {
    var next = new ArrayList<>(waiting);
    boolean unsent = next.removeIf(before -> before.incidentId().equals(alert.incidentId()));
    int lost = withheld;
    if (unsent && alert.type().ends()) {
      lost += 2;
    } else {
      next.add(alert);
    }
    if (next.size() > MAX_WAITING) {
      next.removeFirst();
      lost++;
    }
    Instant first = next.isEmpty() ? null : since == null ? now : since;
    return new DigestQueue(next, first, sentAt, lost);
  }

  Batch flush(Instant now, AlertTimings timings) {
    List<Instant> recent =
        sentAt.stream().filter(at -> at.plus(AlertTimings.HOUR).isAfter(now)).toList();
    boolean urgent = waiting.stream().anyMatch(Alert::urgent);
    boolean due = since == null ? withheld > 0 : !now.isBefore(since.plus(timings.digestDelay()));
    if (!urgent && (!due || recent.size() >= timings.maxPerHour())) {
      return new Batch(new DigestQueue(waiting, since, recent, withheld), false, List.of());
    }
    var sent = new ArrayList<>(recent);
    sent.add(now);
    return new Batch(new DigestQueue(List.of(), null, sent, 0), true, waiting);
  }
}
