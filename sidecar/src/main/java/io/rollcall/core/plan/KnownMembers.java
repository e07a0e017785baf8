package io.rollcall.core.plan;

import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The members that served before the first failure that is not yet recovered, less those that left
 * since: {@link Hold} counts from them.
 *
 * @param since when each was lost, or first seen if it serves; as before for those in {@code lost}
 * @param lost slots whose members gossip has just lost
 */
record KnownMembers(SortedMap<String, Instant> since, Map<SlotId, String> lost) {
  /** Nothing changed. */
  static KnownMembers unchanged(PoolState state) {
    return new KnownMembers(state.known(), Map.of());
  }

  static KnownMembers of(
      PlannerInput input,
      SortedMap<SlotId, Occupant> occupants,
      Map<String, DesiredState> desired) {
    SortedMap<String, Instant> known = new TreeMap<>(input.memory().known());
    boolean renamed = rename(known, occupants);
    boolean open =
        input.memory().known().isEmpty()
            || occupants.values().stream()
                .noneMatch(o -> o.state() != SlotState.SERVING && isFailing(o, desired));
    Map<SlotId, String> lost =
        occupants.entrySet().stream()
            .filter(e -> e.getValue().state() == SlotState.SERVING)
            .filter(e -> desired.get(e.getValue().member()) instanceof DesiredState.Fail)
            .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().member()));
    var names = new HashSet<>(lost.values());
    var before = new HashSet<>(known.keySet());
    occupants.values().stream()
        .filter(o -> o.inRotation() && (open || names.contains(o.member())))
        .filter(o -> !before.contains(o.member()))
        .forEach(o -> known.putIfAbsent(o.member(), input.now()));
    boolean added = known.size() > before.size();
    boolean forgotten = forget(known, input, occupants, desired);
    // the same one if nothing changed: it is compared at once
    return new KnownMembers(renamed || added || forgotten ? known : input.memory().known(), lost);
  }

  Set<String> names() {
    return since.keySet();
  }

  /**
   * With the time of the loss of each member whose slot changed.
   *
   * @param unchanged slots whose transitions were not applied
   */
  SortedMap<String, Instant> after(Set<SlotId> unchanged, Instant now) {
    if (lost.isEmpty()) {
      return since;
    }
    var next = new TreeMap<>(since);
    lost.forEach((slot, name) -> {
      if (!unchanged.contains(slot)) {
        next.replace(name, now);
      }
    });
    return next;
  }

  /** An unmanaged server was known by its address until it had a name. */
  private static boolean rename(
      SortedMap<String, Instant> known, SortedMap<SlotId, Occupant> occupants) {
    if (known.keySet().stream().noneMatch(name -> name.indexOf(':') > 0)) {
      return false; // no address among them
    }
    boolean renamed = false;
    for (Occupant o : occupants.values()) {
      if (o.inRotation() && !o.isUnnamed()) {
        Instant since = known.remove(o.endpoint().toString());
        if (since != null) {
          renamed = true;
          known.putIfAbsent(o.member(), since);
        }
      }
    }
    return renamed;
  }

  /** Without those that left, and without those that are gone for long while none is missing. */
  private static boolean forget(
      SortedMap<String, Instant> known,
      PlannerInput input,
      SortedMap<SlotId, Occupant> occupants,
      Map<String, DesiredState> desired) {
    // a member of which nothing is known may be missing too
    boolean anyMissing =
        occupants.values().stream()
            .anyMatch(
                o -> isFailing(o, desired) || desired.get(o.member()) instanceof DesiredState.Keep);
    var inRotation = new HashSet<String>();
    occupants.values().stream()
        .filter(Occupant::inRotation)
        .forEach(o -> inRotation.add(o.member()));
    Instant oldest = input.now().minus(Parking.PARKED_FOR);
    return known
        .entrySet()
        .removeIf(e ->
            (Hold.isLeaving(desired.get(e.getKey())) && !isClaimed(desired.get(e.getKey())))
                || (!anyMissing
                    && !inRotation.contains(e.getKey())
                    && !e.getValue().isAfter(oldest)));
  }

  /** Anybody can announce that a member leaves: until the list confirms it, it counts. */
  private static boolean isClaimed(@Nullable DesiredState desired) {
    return desired instanceof DesiredState.Leave leave && leave.claimed();
  }

  private static boolean isFailing(Occupant o, Map<String, DesiredState> desired) {
    return desired.get(o.member()) instanceof DesiredState.Fail && (o.isActive() || o.byFailure());
  }
}
