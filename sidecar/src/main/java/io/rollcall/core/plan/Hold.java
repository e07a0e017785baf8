package io.rollcall.core.plan;

import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which members may be taken out because they failed. It is likelier that the balancer lost the
 * network than that all backends died, so removals that would leave too few are held.
 *
 * @param known names that served before the first failure that is not yet recovered, less those
 *     that left since
 * @param removable slots whose occupants may go now
 * @param held names that are due to go and may not
 * @param released names that an operator let go and that are still failing: they count no longer,
 *     but for the last one
 */
record Hold(
    SortedMap<String, Instant> known,
    Set<SlotId> removable,
    Set<String> held,
    Set<String> released) {
  /** The check fails, or it was suspect for as long as the pool allows. */
  static boolean due(Slot slot, Occupant o, PlannerInput view) {
    return !slot.running() || view.overdue(o);
  }

  static Hold of(
      PlannerInput view, SortedMap<SlotId, Occupant> occupants, Map<String, DesiredState> wishes) {
    PoolState memory = view.memory();
    if (view.roster() == null) {
      // nobody is known to fail or to be back
      return new Hold(memory.known(), Set.of(), memory.held(), memory.released());
    }
    SortedMap<String, Instant> known = known(view, occupants, wishes);
    List<Map.Entry<SlotId, Occupant>> present =
        occupants.entrySet().stream().filter(e -> present(e, view, wishes)).toList();
    var released = new HashSet<>(memory.released());
    released.removeIf(name ->
        !(wishes.get(name) instanceof DesiredState.Fail
            || wishes.get(name) instanceof DesiredState.Keep));
    // who released a hold knows that those who are gone already are gone
    Set<String> counted = new HashSet<>(known.keySet());
    if (!released.isEmpty()) {
      counted.removeAll(released);
      counted.retainAll(seated(occupants));
    }
    int need = Math.max(1, (int) Math.ceil(view.policy().holdBelow() * counted.size() - 1e-9));
    int spare = present.size() - need;

    var removable = new HashSet<SlotId>();
    present.stream()
        .filter(e -> wishes.get(e.getValue().member()) instanceof DesiredState.Fail)
        .filter(e -> draining(e) || timedOut(e.getValue(), view))
        .sorted(
            Comparator.comparing((Map.Entry<SlotId, Occupant> e) -> !draining(e))
                .thenComparing(e -> e.getValue().since())
                .thenComparing(e -> e.getValue().member()))
        .limit(Math.max(0, spare))
        .forEach(e -> removable.add(e.getKey()));
    boolean crowded = crowded(view, occupants, wishes);
    var held = new HashSet<String>();
    occupants.forEach((id, o) -> {
      Slot slot = view.slots().get(id);
      if (slot == null || !(wishes.get(o.member()) instanceof DesiredState.Fail)) {
        return;
      }
      if (!slot.running() && (spare >= 0 || crowded)) {
        removable.add(id);
      }
      boolean inRotation = o.state() == SlotState.SUSPECT && due(slot, o, view);
      boolean onItsWay = o.state() == SlotState.DRAINING && o.byFailure() && slot.running();
      if ((inRotation || onItsWay) && !removable.contains(id)) {
        held.add(o.member());
      }
    });
    return new Hold(known, removable, held, released);
  }

  private static SortedMap<String, Instant> known(
      PlannerInput view, SortedMap<SlotId, Occupant> occupants, Map<String, DesiredState> wishes) {
    // of whom nothing is known may be missing still
    boolean failing =
        occupants.values().stream()
            .anyMatch(
                o -> failing(o, wishes) || wishes.get(o.member()) instanceof DesiredState.Keep);
    boolean open =
        view.memory().known().isEmpty()
            || occupants.values().stream()
                .noneMatch(o -> o.state() != SlotState.SERVING && failing(o, wishes));
    var known = new TreeMap<>(view.memory().known());
    var present = new HashSet<String>();
    for (Occupant o : occupants.values()) {
      if (!o.inRotation()) {
        continue;
      }
      present.add(o.member());
      Instant stranger = o.stranger() ? null : known.remove(o.endpoint().toString());
      if (stranger != null) {
        known.putIfAbsent(o.member(), stranger);
      }
      if (o.state() == SlotState.SERVING && wishes.get(o.member()) instanceof DesiredState.Fail) {
        known.put(o.member(), view.now());
      } else if (open) {
        known.putIfAbsent(o.member(), view.now());
      }
    }
    Instant forget = view.now().minus(Draining.PARKED_FOR);
    known
        .entrySet()
        .removeIf(e ->
            leaves(wishes.get(e.getKey()))
                || (!failing && !present.contains(e.getKey()) && !e.getValue().isAfter(forget)));
    return known;
  }

  /** A member waits that could have the slot of one whose check fails. */
  private static boolean crowded(
      PlannerInput view, Map<SlotId, Occupant> occupants, Map<String, DesiredState> wishes) {
    return view.spare(occupants) == 0
        && view.memory().waiting().keySet().stream()
            .anyMatch(name -> wishes.get(name) instanceof DesiredState.Serve);
  }

  private static Set<String> seated(Map<SlotId, Occupant> occupants) {
    return occupants.values().stream()
        .filter(o -> o.state() != SlotState.PARKED)
        .map(Occupant::member)
        .collect(Collectors.toSet());
  }

  private static boolean draining(Map.Entry<SlotId, Occupant> e) {
    return e.getValue().state() == SlotState.DRAINING;
  }

  private static boolean timedOut(Occupant o, PlannerInput view) {
    return o.state() == SlotState.SUSPECT && view.overdue(o);
  }

  private static boolean failing(Occupant o, Map<String, DesiredState> wishes) {
    return wishes.get(o.member()) instanceof DesiredState.Fail && (o.seatedNow() || o.byFailure());
  }

  private static boolean leaves(@Nullable DesiredState wish) {
    return wish instanceof DesiredState.Leave || wish instanceof DesiredState.Rest;
  }

  /**
   * It serves now and goes on to, or would if the drain that its failure brought were taken back.
   */
  private static boolean present(
      Map.Entry<SlotId, Occupant> e, PlannerInput view, Map<String, DesiredState> wishes) {
    Occupant o = e.getValue();
    Slot slot = view.slots().get(e.getKey());
    if (slot == null || !slot.running() || !o.endpoint().equals(slot.endpoint())) {
      return false;
    }
    DesiredState wish = wishes.get(o.member());
    boolean mayServe =
        o.inRotation()
            ? slot.admin() == Slot.Admin.READY
            : o.state() == SlotState.DRAINING && o.byFailure() && wish instanceof DesiredState.Fail;
    boolean moves =
        wish instanceof DesiredState.Serve serve && !serve.endpoint().equals(o.endpoint());
    return mayServe && !moves && !(wish instanceof DesiredState.NotYet) && !leaves(wish);
  }
}
