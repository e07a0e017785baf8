package io.rollcall.alert;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Alerts on their way into a letter: they wait a little for others to come along, and longer while
 * the cap of the hour is reached. An incident that begins and ends while it waits is not told, but
 * counted.
 *
 * @param waiting in the order they came
 * @param since when the first of them came; null where none waits
 * @param sent when letters went out, within the last hour
 * @param withheld alerts that were never told, since the last letter
 */
public record DigestQueue(
    List<Alert> waiting, @Nullable Instant since, List<Instant> sent, int withheld) {
  public static final DigestQueue EMPTY = new DigestQueue(List.of(), null, List.of(), 0);

  private static final int MOST_WAITING = 200;

  public DigestQueue {
    waiting = List.copyOf(waiting);
    sent = List.copyOf(sent);
  }

  /**
   * The desk after a look.
   *
   * @param out the alerts that go out now
   * @param goes a letter goes out; it may tell of nothing but what was withheld
   */
  record Batch(DigestQueue desk, List<Alert> out, boolean goes) {}

  DigestQueue with(Alert alert, Instant now) {
    var next = new ArrayList<>(waiting);
    boolean untold = next.removeIf(before -> before.incident().equals(alert.incident()));
    int lost = withheld;
    if (untold && alert.word().ends()) {
      lost += 2;
    } else {
      next.add(alert);
    }
    if (next.size() > MOST_WAITING) {
      next.removeFirst();
      lost++;
    }
    Instant first = next.isEmpty() ? null : since == null ? now : since;
    return new DigestQueue(next, first, sent, lost);
  }

  Batch clear(Instant now, AlertTimings times) {
    List<Instant> recent =
        sent.stream().filter(at -> at.plus(AlertTimings.HOUR).isAfter(now)).toList();
    DigestQueue aged = new DigestQueue(waiting, since, recent, withheld);
    boolean urgent = waiting.stream().anyMatch(Alert::urgent);
    boolean ripe = since == null ? withheld > 0 : !now.isBefore(since.plus(times.digest()));
    if (!urgent && (!ripe || recent.size() >= times.perHour())) {
      return new Batch(aged, List.of(), false);
    }
    var more = new ArrayList<>(recent);
    more.add(now);
    return new Batch(new DigestQueue(List.of(), null, more, 0), waiting, true);
  }
}
