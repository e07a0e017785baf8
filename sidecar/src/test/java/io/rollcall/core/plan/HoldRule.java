package io.rollcall.core.plan;

import static io.rollcall.core.plan.Simulation.require;

import io.rollcall.core.model.Announcement;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Removals by failure leave the share of the pool that the policy names, counted from when the
 * first member that is still missing failed; one always stays.
 */
final class HoldRule {
  /** Who served when the trouble began and has not left since; null while there is none. */
  private @Nullable Set<String> atFirst;

  /** What was known when the memory was saved last; null for nothing. */
  private @Nullable Set<String> saved;

  void save() {
    saved = atFirst == null ? null : new HashSet<>(atFirst);
  }

  /** The memory is again as it was saved last. */
  void restore() {
    atFirst = saved == null ? null : new HashSet<>(saved);
  }

  void forget() {
    atFirst = null;
    saved = null;
  }

  /**
   * @param whole the plan as it was made: what goes by another name there is counted so, also where
   *     a step of it was refused
   */
  void after(PlannerInput view, Plan plan, Plan whole) {
    if (view.roster() == null) {
      return; // nobody knows whether the trouble is over
    }
    Map<SlotId, Occupant> before = view.memory().occupants();
    before.forEach((id, o) -> comesBack(view, plan, id, o));
    boolean trouble =
        before.values().stream()
            .anyMatch(o -> failed(o.member(), view) && (inRotation(o) || o.byFailure()));
    if (!trouble) {
      atFirst = view.roster().whole() ? null : atFirst;
      return;
    }
    if (atFirst == null) {
      atFirst =
          before.values().stream()
              .filter(HoldRule::inRotation)
              .map(Occupant::member)
              .collect(Collectors.toCollection(HashSet::new));
    }
    if (!plan.memory().released().isEmpty()) {
      atFirst.retainAll(
          before.values().stream()
              .filter(o -> o.state() != SlotState.PARKED)
              .map(Occupant::member)
              .toList());
    }
    atFirst.removeIf(name -> leaves(name, view) || plan.memory().released().contains(name));
    whole.memory().occupants().forEach((id, now) -> renamed(before.get(id), now));
    before.forEach((id, o) -> {
      Slot slot = view.slots().get(id);
      boolean removed =
          slot != null
              && slot.serving()
              && inRotation(o)
              && Rules.taken(id, plan)
              // whom an operator let go may leave too few behind
              && !view.memory().released().contains(o.member());
      if (removed && failed(o.member(), view) && o.endpoint().equals(slot.endpoint())) {
        enoughStay(view, plan, o);
      }
    });
  }

  /** Who served and goes through maintenance is not given up because gossip lost it. */
  private static void comesBack(PlannerInput view, Plan plan, SlotId id, Occupant o) {
    boolean onItsWay = o.state() == SlotState.PREPARED || o.state() == SlotState.JOINING;
    boolean late = !view.now().isBefore(o.since().plus(view.policy().suspectTimeout()));
    Occupant next = plan.memory().occupants().get(id);
    require(
        !onItsWay
            || (late && o.state() == SlotState.JOINING)
            || !view.memory().known().containsKey(o.member())
            || !failed(o.member(), view)
            || !view.slots().containsKey(id)
            || (next != null && next.state() != SlotState.PARKED),
        () -> "given up by gossip alone: " + o + "\n  " + next);
  }

  /** Who goes by another name now, as a stranger does or an address's next member, counts once. */
  private void renamed(@Nullable Occupant before, Occupant now) {
    String former =
        before != null && before.endpoint().equals(now.endpoint())
            ? before.member()
            : now.endpoint().toString();
    if (atFirst.remove(former)) {
      atFirst.add(now.member());
    }
  }

  private static boolean running(@Nullable Slot slot) {
    return slot != null && slot.running();
  }

  private void enoughStay(PlannerInput view, Plan plan, Occupant removed) {
    long stay =
        plan.memory().occupants().entrySet().stream()
            .filter(e -> inRotation(e.getValue()))
            .filter(e -> running(view.slots().get(e.getKey())))
            .count();
    double need = Math.max(1, Math.ceil(view.policy().holdBelow() * atFirst.size()));
    require(
        stay >= need,
        () -> "%d stay where %.0f of %s must: removed %s".formatted(stay, need, atFirst, removed));
  }

  private static boolean inRotation(Occupant o) {
    return o.state() == SlotState.SERVING || o.state() == SlotState.SUSPECT;
  }

  /** Discovery's word alone is against it. */
  private static boolean failed(String name, PlannerInput view) {
    Member member = view.roster() == null ? null : view.roster().get(name);
    boolean missing =
        member == null
            ? view.roster() != null && view.roster().lacks(name)
            : member.gossip() == MemberStatus.FAILED;
    return missing && !asked(name, view);
  }

  private static boolean leaves(String name, PlannerInput view) {
    Member member = view.roster() == null ? null : view.roster().get(name);
    boolean left =
        member != null
            && (member.gossip() == MemberStatus.LEFT
                || !member.tag("role").equals("backend")
                || member.tag("state").equals("draining"));
    boolean says =
        view.claims().bySpeaker().entrySet().stream()
            .anyMatch(e ->
                e.getKey().member().equals(name)
                    && e.getValue().kind() == Announcement.AnnouncementType.DRAIN);
    return left || asked(name, view) || says;
  }

  private static boolean asked(String name, PlannerInput view) {
    Intent intent = view.memory().intents().get(name);
    return intent != null
        && (intent.action() == Intent.Action.DRAIN || intent.action() == Intent.Action.MAINT);
  }
}
