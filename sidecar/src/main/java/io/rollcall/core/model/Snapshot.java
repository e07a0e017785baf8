package io.rollcall.core.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * HAProxy's state as one read found it.
 *
 * @param complete everything was read; otherwise only the process and some slots were, and the rest
 *     is as the last complete read found it
 * @param reread if not complete: the slots of which all that can change in maintenance was read
 * @param pools the slots of each backend that HAProxy knows, in natural order ({@code slot2} before
 *     {@code slot10})
 * @param problems one line for each backend that it does not know
 * @param backends what it reports of each backend as a whole
 * @param configuration what its configuration file keeps from working
 * @param oldWorkers processes that a reload replaced and that still run, or may
 */
public record Snapshot(
    boolean complete,
    Set<SlotId> reread,
    HaproxyInfo info,
    Map<String, List<Slot>> pools,
    List<String> problems,
    Map<String, BackendReport> backends,
    List<ConfigurationFinding> configuration,
    List<OldWorker> oldWorkers) {
  public Snapshot {
    reread = Set.copyOf(reread);
    configuration = List.copyOf(configuration);
    oldWorkers = List.copyOf(oldWorkers);
    pools = Map.copyOf(pools);
    problems = List.copyOf(problems);
    backends = Map.copyOf(backends);
  }

  /** Nothing is reported of the backends as a whole. */
  public Snapshot(
      boolean complete, HaproxyInfo info, Map<String, List<Slot>> pools, List<String> problems) {
    this(complete, Set.of(), info, pools, problems, Map.of(), List.of(), List.of());
  }

  /** What this says of the slot was read, not remembered. */
  public boolean covers(SlotId slot) {
    return complete || reread.contains(slot);
  }

  /** The same, not complete, with another process state and other counters for some slots. */
  public Snapshot with(HaproxyInfo now, Map<SlotId, Slot.Load> loads) {
    return with(
        now,
        Set.of(),
        slot -> {
          Slot.Load load = loads.get(slot.id());
          return load == null ? slot : slot.with(load);
        });
  }

  /** The same, not complete, with another process state and some slots that were read again. */
  public Snapshot reread(HaproxyInfo now, Map<SlotId, Slot> slots) {
    return with(now, slots.keySet(), slot -> slots.getOrDefault(slot.id(), slot));
  }

  private Snapshot with(HaproxyInfo now, Set<SlotId> read, UnaryOperator<Slot> update) {
    var next = new HashMap<String, List<Slot>>();
    pools.forEach((backend, slots) -> next.put(backend, slots.stream().map(update).toList()));
    return new Snapshot(false, read, now, next, problems, backends, configuration, oldWorkers);
  }

  /** The same with other servers. */
  public Snapshot withServers(Map<String, List<Slot>> now) {
    return new Snapshot(complete, reread, info, now, problems, backends, configuration, oldWorkers);
  }

  /** The same with what is reported of the backends now. */
  public Snapshot with(Map<String, BackendReport> now) {
    return new Snapshot(complete, reread, info, pools, problems, now, configuration, oldWorkers);
  }

  /** The same with what is known beside the admin socket. */
  public Snapshot with(List<ConfigurationFinding> found, List<OldWorker> old) {
    return new Snapshot(complete, reread, info, pools, problems, backends, found, old);
  }
}
