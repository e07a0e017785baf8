package io.rollcall.haproxy;

import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Snapshot;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Slots whose line has no port. HAProxy shows that only while they have no member, and the line
 * does not change while the process lives. Used on one context.
 */
final class PortlessSlots {
  private final Set<SlotId> seen = new HashSet<>();
  private int pid;
  private long uptime;

  /** The same, with what was seen of these slots before in this process. */
  Snapshot remembered(Snapshot read) {
    // the same pid with a lower uptime is another process, as in a container
    if (read.info().pid() != pid || read.info().uptimeSeconds() < uptime) {
      seen.clear();
    }
    pid = read.info().pid();
    uptime = read.info().uptimeSeconds();
    read.pools().values().stream()
        .flatMap(List::stream)
        .filter(slot -> slot.configured().portless())
        .forEach(slot -> seen.add(slot.id()));
    if (seen.isEmpty()) {
      return read;
    }
    var pools = new HashMap<String, List<Slot>>();
    read.pools().forEach((name, slots) -> pools.put(name, slots.stream().map(this::with).toList()));
    return read.withServers(pools);
  }

  private Slot with(Slot slot) {
    return seen.contains(slot.id()) ? slot.portless() : slot;
  }
}
