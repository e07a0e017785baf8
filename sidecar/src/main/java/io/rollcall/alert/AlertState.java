package io.rollcall.alert;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that the alerts remember; it outlives a restart, so that nothing is told twice and every
 * incident is ended.
 *
 * @param watches what is not simply well
 * @param drifts by pool
 * @param threads by open incident, the id of the letter that told it first
 * @param next number of the next incident or letter
 */
public record AlertState(
    SortedMap<AlertKey, Incident> watches,
    SortedMap<String, DriftHistory> drifts,
    SortedMap<String, String> threads,
    DigestQueue desk,
    long next) {
  public static final AlertState EMPTY =
      new AlertState(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), DigestQueue.EMPTY, 0);

  /**
   * How often a pool drifted.
   *
   * @param found the count as it was seen last
   * @param at when it grew, of late
   */
  public record DriftHistory(long found, List<Instant> at) {
    public DriftHistory {
      at = List.copyOf(at);
    }
  }

  public AlertState {
    watches = sorted(watches);
    drifts = sorted(drifts);
    threads = sorted(threads);
  }

  /** The same with its next number used. */
  public AlertState numbered() {
    return new AlertState(watches, drifts, threads, desk, next + 1);
  }

  AlertState with(DigestQueue nextDesk, SortedMap<String, String> nextThreads) {
    return new AlertState(watches, drifts, nextThreads, nextDesk, next);
  }

  private static <K extends Comparable<K>, V> SortedMap<K, V> sorted(Map<K, V> map) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }
}
