package io.rollcall.core.plan;

import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which members may be taken out because they failed. It is likelier that the balancer lost its
 * network than that all backends died, so removals that would leave too few are held.
 *
 * @param removable slots whose occupants may be taken out now
 * @param held members that are due to be taken out and may not be, each with the reason
 * @param released members that an operator released and that still fail: they no longer count
 */
record Hold(
    KnownMembers known,
    Set<SlotId> removable,
    SortedMap<String, String> held,
    SortedSet<String> released) {
  /**
   * The check fails, there is none that could contradict the gossip, or it has been suspect for as
   * long as the pool allows.
   */
  static boolean isDue(Slot slot, Occupant o, PlannerInput input) {
    return !slot.running() || !slot.report().checked() || input.isOverdue(o);
  }

  static boolean isLeaving(@Nullable DesiredState desired) {
    return desired instanceof DesiredState.Leave
        || desired instanceof DesiredState.Cut
        || desired instanceof DesiredState.Maintain;
  }

  static Hold of(
      PlannerInput input,
      SortedMap<SlotId, Occupant> occupants,
      Map<String, DesiredState> desired) {
    PoolState state = input.memory();
    if (input.roster() == null) {
      // which members fail or recovered is unknown
      var held = new TreeMap<String, String>();
      state.held().forEach(name -> held.put(name, ""));
      return new Hold(KnownMembers.unchanged(state), Set.of(), held, state.released());
    }
    KnownMembers known = KnownMembers.of(input, occupants, desired);
    var released = new TreeSet<>(state.released());
    released.removeIf(name ->
        !(desired.get(name) instanceof DesiredState.Fail
            || desired.get(name) instanceof DesiredState.Keep));
    if (desired.values().stream().noneMatch(DesiredState.Fail.class::isInstance)) {
      return new Hold(known, Set.of(), new TreeMap<>(), released);
    }
    var counted = counted(known, released, occupants);
    Present present = Present.of(input, occupants, desired, counted);
    Set<SlotId> removable = removable(input, occupants, desired, present);
    var held = new TreeMap<String, String>();
    occupants.forEach((id, o) -> {
      Slot slot = input.slots().get(id);
      if (slot != null
          && desired.get(o.member()) instanceof DesiredState.Fail
          && !removable.contains(id)
          && isHeld(slot, o, input)) {
        held.put(o.member(), present.remaining(id, removable));
      }
    });
    return new Hold(known, removable, held, released);
  }

  /** After a release it is known that those that are gone are gone. */
  private static Set<String> counted(
      KnownMembers known, Set<String> released, SortedMap<SlotId, Occupant> occupants) {
    var counted = new HashSet<>(known.names());
    if (!released.isEmpty()) {
      counted.removeAll(released);
      counted.retainAll(
          occupants.values().stream()
              .filter(o -> o.state() != SlotState.PARKED)
              .map(Occupant::member)
              .collect(Collectors.toSet()));
    }
    return counted;
  }

  private static Set<SlotId> removable(
      PlannerInput input,
      SortedMap<SlotId, Occupant> occupants,
      Map<String, DesiredState> desired,
      Present present) {
    Set<SlotId> removable =
        present.occupants().entrySet().stream()
            .filter(e -> desired.get(e.getValue().member()) instanceof DesiredState.Fail)
            .filter(e -> mayBeDue(e.getKey(), e.getValue(), input))
            .sorted(
                Comparator.comparing((Map.Entry<SlotId, Occupant> e) -> !isDraining(e.getValue()))
                    .thenComparing(e -> e.getValue().since())
                    .thenComparing(e -> e.getValue().member()))
            .limit(Math.max(0, present.spare()))
            .map(Map.Entry::getKey)
            .collect(Collectors.toCollection(HashSet::new));
    if (present.spare() >= 0 || isCrowded(input, occupants, desired)) {
      occupants.forEach((id, o) -> {
        Slot slot = input.slots().get(id);
        if (slot != null
            && !slot.running()
            && desired.get(o.member()) instanceof DesiredState.Fail) {
          removable.add(id);
        }
      });
    }
    return removable;
  }

  private static boolean isHeld(Slot slot, Occupant o, PlannerInput input) {
    boolean inRotation = o.state() == SlotState.SUSPECT && isDue(slot, o, input);
    boolean onItsWay = isDraining(o) && o.byFailure() && slot.running();
    return inRotation || onItsWay;
  }

  /** A member waits that could have the slot of one whose check fails. */
  private static boolean isCrowded(
      PlannerInput input, Map<SlotId, Occupant> occupants, Map<String, DesiredState> desired) {
    return input.spare(occupants) == 0
        && input.memory().waiting().keySet().stream()
            .anyMatch(name -> desired.get(name) instanceof DesiredState.Serve);
  }

  private static boolean isDraining(Occupant o) {
    return o.state() == SlotState.DRAINING;
  }

  private static boolean mayBeDue(SlotId id, Occupant o, PlannerInput input) {
    Slot slot = input.slots().get(id);
    return isDraining(o)
        || (o.state() == SlotState.SUSPECT && slot != null && isDue(slot, o, input));
  }

  /**
   * Members that serve now and continue to, or would if the drain after their failure were undone.
   *
   * @param need how many must remain
   * @param total how many count
   */
  record Present(Map<SlotId, Occupant> occupants, int need, int total) {
    static Present of(
        PlannerInput input,
        SortedMap<SlotId, Occupant> occupants,
        Map<String, DesiredState> desired,
        Set<String> counted) {
      var present = new TreeMap<>(occupants);
      present
          .entrySet()
          .removeIf(e -> !isPresent(input.slots().get(e.getKey()), e.getValue(), desired));
      int share = (int) Math.ceil(input.policy().holdBelow() * counted.size() - 1e-9);
      return new Present(present, Math.max(1, share), counted.size());
    }

    /** How many may be taken out; negative if too few are present already. */
    int spare() {
      return occupants.size() - need;
    }

    /** Why this one may not be taken out as well. */
    String remaining(SlotId slot, Set<SlotId> removable) {
      long left =
          occupants.keySet().stream()
              .filter(id -> !removable.contains(id) && !id.equals(slot))
              .count();
      return left == 0
          ? "removal held: no other member serves, and one stays, also after a release"
          : "removal held: only %d of %d members would remain".formatted(left, total);
    }

    private static boolean isPresent(
        @Nullable Slot slot, Occupant o, Map<String, DesiredState> desired) {
      DesiredState state = desired.get(o.member());
      if (slot == null || !slot.running() || !o.endpoint().equals(slot.endpoint())) {
        return false;
      }
      boolean mayServe =
          o.inRotation()
              ? slot.admin() == Slot.Admin.READY
              : isDraining(o) && o.byFailure() && state instanceof DesiredState.Fail;
      boolean moves = state instanceof DesiredState.Serve serve && !serve.servesAt(o.endpoint());
      return mayServe && !moves && !(state instanceof DesiredState.Starting) && !isLeaving(state);
    }
  }
}
