package io.rollcall.core.plan;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Gives slots to members that want one. Two rules override all others: an unchanged member never
 * moves, and no two slots have one address, because they would have one cookie.
 */
final class SlotAssignment {
  private final PlannerInput input;
  private final PlanBuilder plan;
  private final Map<String, DesiredState> desired;
  private int missing;

  SlotAssignment(PlannerInput input, PlanBuilder plan, Map<String, DesiredState> desired) {
    this.input = input;
    this.plan = plan;
    this.desired = desired;
  }

  /**
   * Assigns a slot to each member that has none and can have one, the longest waiting first.
   *
   * @return why the others can't, by name
   */
  Map<String, String> run() {
    var unassigned = new TreeMap<String, DesiredState.Serve>();
    desired.forEach((name, state) -> {
      if (state instanceof DesiredState.Serve serve
          && !WaitingMembers.hasSlot(name, serve, plan.occupants())) {
        unassigned.put(name, serve);
      }
    });
    var reasons = new TreeMap<String, String>();
    unassigned.entrySet().stream()
        .sorted(Comparator.comparing(e -> waitingSince(e.getKey())))
        .forEach(e -> {
          String reason = assign(e.getKey(), e.getValue());
          if (reason != null) {
            reasons.put(e.getKey(), reason);
          }
        });
    return reasons;
  }

  /** How many members found no slot, although nothing else keeps them from having one. */
  int missing() {
    return missing;
  }

  private Instant waitingSince(String name) {
    PoolState.Waiting before = input.memory().waiting().get(name);
    return before == null ? input.now() : before.since();
  }

  /** Null, or why it waits. */
  private @Nullable String assign(String name, DesiredState.Serve serve) {
    Optional<SlotId> sameAddress = slotAt(serve.endpoint());
    Occupant holder = sameAddress.isEmpty() ? null : plan.occupants().get(sameAddress.get());
    if (holder != null && !isReplaceable(sameAddress.get(), holder)) {
      return "address %s is in use by %s".formatted(serve.endpoint(), holder.member());
    }
    Optional<SlotId> chosen = sameAddress.or(() -> freeSlot(name)).or(this::longestParked);
    if (chosen.isEmpty()) {
      missing++;
      return Growth.reason(input);
    }
    plan.add(
        chosen.get(),
        Occupant.assigned(name, serve.service(), input.now()),
        List.of(),
        new Event(EventKind.ASSIGNED, name, chosen.get(), "for " + serve.endpoint()));
    return null;
  }

  /** One without old requests, of these the slot that it had last, else the first. */
  private Optional<SlotId> freeSlot(String name) {
    return input.slots().keySet().stream()
        .filter(id -> !plan.occupants().containsKey(id))
        .min(
            Comparator.comparing(this::isBusy)
                .thenComparing(id -> !hadLast(name, id))
                .thenComparing(id -> id));
  }

  private Optional<SlotId> longestParked() {
    return plan.occupants().entrySet().stream()
        .filter(e -> isReplaceable(e.getKey(), e.getValue()))
        .min(
            Comparator.comparing((Map.Entry<SlotId, Occupant> e) -> isBusy(e.getKey()))
                .thenComparing(e -> e.getValue().since()))
        .map(Map.Entry::getKey);
  }

  private boolean isBusy(SlotId id) {
    Slot slot = input.slots().get(id);
    return slot == null || !slot.idle();
  }

  /**
   * It is parked, was not just taken out of maintenance by hand, and its member does not return.
   */
  private boolean isReplaceable(SlotId id, Occupant o) {
    Slot slot = input.slots().get(id);
    DesiredState state = desired.get(o.member());
    boolean returns = state != null && state.servesAt(o.endpoint());
    return o.state() == SlotState.PARKED
        && slot != null
        && slot.admin() == Slot.Admin.MAINT
        && !returns;
  }

  private boolean hadLast(String name, SlotId id) {
    Occupant last = input.memory().occupants().get(id);
    return last != null && last.member().equals(name);
  }

  /** The slot that has this address: by its occupant, or left over from an earlier one. */
  private Optional<SlotId> slotAt(Endpoint endpoint) {
    return plan.occupants().entrySet().stream()
        .filter(e -> e.getValue().endpoint().equals(endpoint))
        .map(Map.Entry::getKey)
        .findFirst()
        .or(() ->
            input.slots().values().stream()
                .filter(s -> endpoint.equals(s.endpoint()))
                .map(Slot::id)
                .filter(id -> !plan.occupants().containsKey(id))
                .findFirst());
  }
}
