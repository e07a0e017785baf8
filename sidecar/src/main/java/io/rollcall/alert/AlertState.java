package io.rollcall.alert;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that alerting remembers. It survives a restart, so that nothing is notified twice and every
 * incident is closed.
 *
 * @param incidents what is not simply healthy
 * @param drifts by pool
 * @param threads by open incident, the id of the notification that reported it first
 * @param queue alerts that wait to be sent
 * @param nextId number of the next incident or notification
 */
public record AlertState(
    SortedMap<AlertKey, Incident> incidents,
    SortedMap<String, DriftHistory> drifts,
    SortedMap<String, String> threads,
    DigestQueue queue,
    long nextId) {
  public static final AlertState EMPTY =
      new AlertState(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), DigestQueue.EMPTY, 0);

  public AlertState {
    incidents = sorted(incidents);
    drifts = sorted(drifts);
    threads = sorted(threads);
  }

  /** What was notified and is not over, as a notification that repeats it; null for nothing. */
  public @Nullable Notification open(Instant now) {
    List<Alert> open =
        incidents.entrySet().stream()
            .filter(entry -> !entry.getValue().id().isEmpty())
            .map(entry -> entry.getValue().repeated(entry.getKey(), now))
            .toList();
    return open.isEmpty() ? null : new Notification("repeat", List.of(), open, 0);
  }

  /** The same after its next id was used. */
  public AlertState withIdUsed() {
    return new AlertState(incidents, drifts, threads, queue, nextId + 1);
  }

  AlertState with(DigestQueue nextQueue, SortedMap<String, String> nextThreads) {
    return new AlertState(incidents, drifts, nextThreads, nextQueue, nextId);
  }

  private static <K extends Comparable<K>, V> SortedMap<K, V> sorted(Map<K, V> map) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }
}
