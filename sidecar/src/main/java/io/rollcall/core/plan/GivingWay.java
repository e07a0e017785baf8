package io.rollcall.core.plan;

import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Slots are for members that work. One whose check never passed keeps its slot for {@code
 * joinTimeout}; then it gives way to one that waits, the oldest first, and waits for as long itself
 * before it gets another turn. If many wait the turns are shorter, so that each of them has its
 * first one within {@code joinTimeout}. A member that served before does not wait for a turn to
 * end.
 */
final class GivingWay {
  /** Why a member waits that gave way. */
  static final String REASON = "its check never passed, and it gave way to members that wait";

  /** Enough for some checks, and for the steps before and after. */
  private static final Duration SHORTEST_TURN = Duration.ofSeconds(5);

  private GivingWay() {}

  /** It gave way a short time ago: others have their turn first. */
  static boolean isPaused(String name, PlannerInput input) {
    PoolState.Waiting waiting = input.memory().waiting().get(name);
    return waiting != null
        && waiting.gaveWay()
        && input.now().isBefore(waiting.since().plus(input.policy().joinTimeout()));
  }

  /** The slots to be given to others now. */
  static Set<SlotId> slots(
      PlannerInput input, Map<SlotId, Occupant> occupants, Map<String, DesiredState> desired) {
    List<String> without = withoutSlot(input, occupants, desired);
    List<String> waiting = without.stream().filter(name -> !isPaused(name, input)).toList();
    if (waiting.isEmpty()) {
      return Set.of();
    }
    boolean canGrow = input.grows() && input.slots().size() < input.policy().growTo();
    long spare = input.spare(occupants) - PrivateConnections.withheld(input, occupants);
    long missing = waiting.size() - spare;
    if (missing <= 0 || canGrow) {
      return Set.of();
    }
    Duration turn = turn(input, without.size());
    long urgent = waiting.stream().filter(name -> input.memory().known().containsKey(name)).count();
    var giving = new HashSet<SlotId>();
    occupants.entrySet().stream()
        .filter(e -> neverPassed(e.getValue(), input.slots().get(e.getKey()), input))
        .sorted(Comparator.comparing(e -> e.getValue().since()))
        .limit(missing)
        .filter(
            e -> giving.size() < urgent || !input.now().isBefore(e.getValue().since().plus(turn)))
        .forEach(e -> giving.add(e.getKey()));
    return giving;
  }

  /** Those that want one and whose address nobody has. */
  private static List<String> withoutSlot(
      PlannerInput input, Map<SlotId, Occupant> occupants, Map<String, DesiredState> desired) {
    var taken = occupants.values().stream().map(Occupant::endpoint).collect(Collectors.toSet());
    var seated = occupants.values().stream().map(Occupant::member).collect(Collectors.toSet());
    return desired.entrySet().stream()
        .filter(e ->
            e.getValue() instanceof DesiredState.Serve serve
                && !taken.contains(serve.endpoint())
                && input.unmanagedAt(serve.endpoint()) == null)
        .map(Map.Entry::getKey)
        .filter(name -> !seated.contains(name))
        .toList();
  }

  /** Those that gave way count too: turns do not get longer while they pause. */
  private static Duration turn(PlannerInput input, int without) {
    int rounds = 1 + without / Math.max(1, input.slots().size());
    Duration turn = input.policy().joinTimeout().dividedBy(rounds);
    return turn.compareTo(SHORTEST_TURN) < 0 ? SHORTEST_TURN : turn;
  }

  private static boolean neverPassed(Occupant o, @Nullable Slot slot, PlannerInput input) {
    return o.state() == SlotState.JOINING
        && !input.hasServed(o)
        && slot != null
        && !slot.serving()
        && !input.answering().contains(o.endpoint());
  }
}
