package io.rollcall.core;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is remembered of a pool because HAProxy can't hold it; kept in {@code state.dir}.
 *
 * @param occupants who is in which slot; a slot that is not named is free
 * @param intents by member name
 * @param waiting members that want a slot and have none, by name
 * @param known names that served before the first failure that is not yet recovered, and when they
 *     were lost (or first seen, for those that serve)
 * @param held names whose removal by failure is withheld
 * @param driftFound differences nobody asked for, since the memory began
 * @param driftRepaired how many of them were put right
 */
public record PoolMemory(
    SortedMap<SlotId, Occupant> occupants,
    SortedMap<String, Intent> intents,
    SortedMap<String, Waiting> waiting,
    SortedMap<String, Instant> known,
    SortedSet<String> held,
    long driftFound,
    long driftRepaired) {
  public static final PoolMemory EMPTY =
      new PoolMemory(
          new TreeMap<>(),
          new TreeMap<>(),
          new TreeMap<>(),
          new TreeMap<>(),
          new TreeSet<>(),
          0,
          0);

  /**
   * A member without a slot.
   *
   * @param refused it has none because of what it says of itself
   */
  public record Waiting(Instant since, String why, boolean refused) {}

  public PoolMemory {
    occupants = sorted(occupants);
    intents = sorted(intents);
    waiting = sorted(waiting);
    known = sorted(known);
    held = Collections.unmodifiableSortedSet(new TreeSet<>(held));
  }

  /** This memory with the member's intent set. */
  public PoolMemory withIntent(String member, Intent intent) {
    var next = new TreeMap<>(intents);
    next.put(member, intent);
    return new PoolMemory(occupants, next, waiting, known, held, driftFound, driftRepaired);
  }

  public PoolMemory withoutIntent(String member) {
    var next = new TreeMap<>(intents);
    next.remove(member);
    return new PoolMemory(occupants, next, waiting, known, held, driftFound, driftRepaired);
  }

  private static <K extends Comparable<K>, V> SortedMap<K, V> sorted(Map<K, V> map) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }
}
