package io.rollcall.core.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * HAProxy's state as one read found it.
 *
 * @param complete everything was read; otherwise only the process and the counters of the used
 *     slots were, and the rest is as the last complete read found it
 * @param pools the slots of each backend that HAProxy knows, in natural order ({@code slot2} before
 *     {@code slot10})
 * @param problems one line for each backend that it does not know
 */
public record Snapshot(
    boolean complete, HaproxyInfo info, Map<String, List<Slot>> pools, List<String> problems) {
  public Snapshot {
    pools = Map.copyOf(pools);
    problems = List.copyOf(problems);
  }

  /** The same, not complete, with another process state and other counters for some slots. */
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
