package io.rollcall.core.plan;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Which slot has an address, while slots are assigned. Lives for one plan. */
final class Addresses {
  private final Map<SlotId, Occupant> occupants;
  private final Map<Endpoint, SlotId> used = new HashMap<>();
  private final Map<Endpoint, List<SlotId>> read = new HashMap<>();

  /**
   * @param occupants as if every transition so far were applied; changes with the plan
   */
  Addresses(PlannerInput input, SortedMap<SlotId, Occupant> occupants) {
    this.occupants = occupants;
    occupants.forEach((id, o) -> used.putIfAbsent(o.endpoint(), id));
    for (Slot slot : input.slots().values()) {
      if (slot.endpoint() != null) {
        read.computeIfAbsent(slot.endpoint(), _ -> new ArrayList<>(1)).add(slot.id());
      }
    }
  }

  /** Nobody asks. */
  Addresses() {
    this.occupants = Map.of();
  }

  /** The slot that has this address: by its occupant, or left over from an earlier one. */
  Optional<SlotId> slot(Endpoint endpoint) {
    SlotId byOccupant = used.get(endpoint);
    return byOccupant != null
        ? Optional.of(byOccupant)
        : read.getOrDefault(endpoint, List.of()).stream()
            .filter(id -> !occupants.containsKey(id))
            .findFirst();
  }

  /**
   * A slot was given to a member at this address.
   *
   * @param former who had it before; null for nobody
   */
  void taken(SlotId id, @Nullable Occupant former, Endpoint endpoint) {
    if (former != null) {
      used.remove(former.endpoint(), id);
    }
    used.put(endpoint, id);
  }
}
