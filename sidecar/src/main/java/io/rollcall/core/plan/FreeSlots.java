package io.rollcall.core.plan;

import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The free slots of a pool, while slots are assigned. Lives for one plan. */
final class FreeSlots {
  private final TreeSet<SlotId> idle = new TreeSet<>();
  private final TreeSet<SlotId> busy = new TreeSet<>();

  /** The slots that a member had before this plan. */
  private final Map<String, List<SlotId>> last = new HashMap<>();

  /** Nobody asks. */
  FreeSlots() {}

  FreeSlots(PlannerInput input, Map<SlotId, Occupant> occupants) {
    for (Slot slot : input.slots().values()) {
      if (!occupants.containsKey(slot.id())) {
        (slot.idle() ? idle : busy).add(slot.id());
      }
    }
    input
        .memory()
        .occupants()
        .forEach((id, o) -> last.computeIfAbsent(o.member(), _ -> new ArrayList<>(1)).add(id));
  }

  /** One without old requests, of these the slot that the member had last, else the first. */
  Optional<SlotId> slot(String member, Predicate<SlotId> permitted) {
    return slot(member, permitted, idle).or(() -> slot(member, permitted, busy));
  }

  private Optional<SlotId> slot(
      String member, Predicate<SlotId> permitted, NavigableSet<SlotId> from) {
    return last.getOrDefault(member, List.of()).stream()
        .filter(from::contains)
        .filter(permitted)
        .findFirst()
        .or(() -> from.stream().filter(permitted).findFirst());
  }

  void taken(SlotId id) {
    idle.remove(id);
    busy.remove(id);
  }
}
