package io.rollcall.core.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one reading told.
 *
 * @param whole all was read; else only what the slots in use count, and the rest is of before
 * @param pools the slots of each backend that HAProxy knows, in natural order ({@code slot2} before
 *     {@code slot10})
 * @param problems one line for each backend that it does not know
 */
public record Snapshot(
    boolean whole, HaproxyInfo info, Map<String, List<Slot>> pools, List<String> problems) {
  public Snapshot {
    pools = Map.copyOf(pools);
    problems = List.copyOf(problems);
  }

  /** This with other counters for some slots. */
  public Snapshot with(HaproxyInfo now, Map<SlotId, Slot.Load> loads) {
    var counted = new HashMap<String, List<Slot>>();
    pools.forEach((backend, slots) ->
        counted.put(
            backend,
            slots.stream()
                .map(slot -> {
                  Slot.Load load = loads.get(slot.id());
                  return load == null ? slot : slot.with(load);
                })
                .toList()));
    return new Snapshot(false, now, counted, problems);
  }
}
