package io.rollcall.core.plan;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Connections to a server that belong to one client ({@code http-reuse never}, NTLM). Before 3.3
 * HAProxy keeps them over maintenance and a change of the address, and shows them in no counter:
 * the client would reach the previous occupant. So a slot that was used keeps its address until the
 * process is new.
 */
final class PrivateConnections {
  private PrivateConnections() {}

  /** The slot can have this address. */
  static boolean permit(PlannerInput input, SlotId id, Endpoint endpoint) {
    Slot slot = input.slots().get(id);
    return !input.keepsPrivate()
        || slot == null
        || endpoint.equals(slot.endpoint())
        || (slot.load() != null && slot.load().total() == 0);
  }

  /** Some slot is free or parked and may not be used for another address. */
  static boolean anyWithheld(PlannerInput input, Map<SlotId, Occupant> occupants) {
    return withheld(input, occupants) > 0;
  }

  static long withheld(PlannerInput input, Map<SlotId, Occupant> occupants) {
    return input.keepsPrivate()
        ? input.slots().values().stream()
            .filter(slot ->
                isFree(occupants.get(slot.id()))
                    && (slot.load() == null || slot.load().total() > 0))
            .count()
        : 0;
  }

  private static boolean isFree(@Nullable Occupant occupant) {
    return occupant == null || occupant.state() == SlotState.PARKED;
  }
}
