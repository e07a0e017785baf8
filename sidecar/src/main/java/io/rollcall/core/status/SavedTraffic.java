package io.rollcall.core.status;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The history as it is saved.
 *
 * @param hours by pool
 * @param days by pool
 * @param members by pool, then by name
 */
public record SavedTraffic(
    SortedMap<String, TrafficText> hours,
    SortedMap<String, TrafficText> days,
    SortedMap<String, SortedMap<String, TrafficText>> members,
    List<TrafficMark> marks) {
  public static final SavedTraffic EMPTY =
      new SavedTraffic(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), List.of());

  public SavedTraffic {
    marks = List.copyOf(marks);
  }
}
