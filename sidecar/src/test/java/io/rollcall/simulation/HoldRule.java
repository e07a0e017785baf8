package io.rollcall.simulation;

import static io.rollcall.simulation.Simulation.require;

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
  /** The members that served when the first failure began, less those that left; null for none. */
  private @Nullable Set<String> atFirst;

  /** What is counted now, to be restored together with the state that is saved now. */
  @Nullable Set<String> known() {
    return atFirst == null ? null : new HashSet<>(atFirst);
  }

  /** The state is again as it was saved once. */
  void restore(@Nullable Set<String> known) {
    atFirst = known == null ? null : new HashSet<>(known);
  }

  void after(CompletedCycle view) {
    if (view.roster() == null) {
      return; // nobody knows whether the trouble is over
    }
    Map<SlotId, Occupant> before = view.before().occupants();
    before.forEach((id, o) -> comesBack(view, id, o));
    boolean trouble =
        before.values().stream()
            .anyMatch(o ->
                failed(o.member(), view)
                    && (inRotation(o) || o.byFailure() || servedBefore(o, view)));
    if (!trouble) {
      boolean over =
          view.roster().whole()
              || atFirst == null
              || view.roster().members().keySet().containsAll(atFirst);
      atFirst = over ? null : atFirst;
      renamed(view);
      return;
    }
    if (atFirst == null) {
      atFirst =
          before.values().stream()
              .filter(HoldRule::inRotation)
              .map(Occupant::member)
              .collect(Collectors.toCollection(HashSet::new));
    }
    if (!view.after().released().isEmpty()) {
      atFirst.retainAll(
          before.values().stream()
              .filter(o -> o.state() != SlotState.PARKED)
              .map(Occupant::member)
              .toList());
    }
    atFirst.removeIf(name -> leaves(name, view) || view.after().released().contains(name));
    renamed(view);
    atFirst.removeIf(name -> leaves(name, view));
    before.forEach((id, o) -> {
      Slot slot = view.slots().get(id);
      boolean removed =
          slot != null
              && slot.serving()
              && inRotation(o)
              && Rules.taken(id, view)
              // whom an operator let go may leave too few behind
              && !view.before().released().contains(o.member());
      if (removed && failed(name(id, o, view), view) && o.endpoint().equals(slot.endpoint())) {
        enoughStay(view, o);
      }
    });
  }

  /** Who served and goes through maintenance is not given up because gossip lost it. */
  private static void comesBack(CompletedCycle view, SlotId id, Occupant o) {
    boolean onItsWay = o.state() == SlotState.PREPARED || o.state() == SlotState.JOINING;
    boolean late = !view.now().isBefore(o.since().plus(Simulation.POLICY.suspectTimeout()));
    Occupant next = view.after().occupants().get(id);
    require(
        !onItsWay
            || (late && o.state() == SlotState.JOINING)
            || !view.before().known().containsKey(o.member())
            || !failed(o.member(), view)
            || o.isUnnamed() // a member may be at its address
            || moved(o, view)
            || !view.slots().containsKey(id)
            || (next != null && next.state() != SlotState.PARKED),
        () -> "given up by gossip alone: " + o + "\n  " + next);
  }

  /** It is on its way back since HAProxy restarted, and failed before. */
  private static boolean servedBefore(Occupant o, CompletedCycle view) {
    return o.isActive() && view.before().known().containsKey(o.member());
  }

  /**
   * It has another slot, or the list has it at another address: here it is not wanted, failed or
   * not.
   */
  private static boolean moved(Occupant o, CompletedCycle view) {
    Member member = view.roster() == null ? null : view.roster().get(o.member());
    long slots =
        view.before().occupants().values().stream()
            .filter(other -> other.member().equals(o.member()))
            .count();
    return slots > 1 || (member != null && !member.ip().equals(o.endpoint().ip()));
  }

  private void renamed(CompletedCycle view) {
    if (atFirst != null) {
      view.planned()
          .occupants()
          .forEach((id, now) -> renamed(view.before().occupants().get(id), now));
    }
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

  /** Of whom the plan took it for. */
  private static String name(SlotId id, Occupant o, CompletedCycle view) {
    Occupant now = view.planned().occupants().get(id);
    return now != null && now.endpoint().equals(o.endpoint()) ? now.member() : o.member();
  }

  private static boolean running(@Nullable Slot slot) {
    return slot != null && slot.running();
  }

  private void enoughStay(CompletedCycle view, Occupant removed) {
    long stay =
        view.after().occupants().entrySet().stream()
            .filter(e -> inRotation(e.getValue()))
            .filter(e -> running(view.slots().get(e.getKey())))
            .count();
    double need = Math.max(1, Math.ceil(Simulation.POLICY.holdBelow() * atFirst.size()));
    require(
        stay >= need,
        () -> "%d stay where %.0f of %s must: removed %s".formatted(stay, need, atFirst, removed));
  }

  private static boolean inRotation(Occupant o) {
    return o.state() == SlotState.SERVING || o.state() == SlotState.SUSPECT;
  }

  /** Discovery's word alone is against it. */
  private static boolean failed(String name, CompletedCycle view) {
    Member member = view.roster() == null ? null : view.roster().get(name);
    boolean missing =
        member == null
            ? view.roster() != null && view.roster().excludes(name)
            : member.gossip() == MemberStatus.FAILED || member.gossip() == MemberStatus.UNKNOWN;
    return missing && !asked(name, view);
  }

  private static boolean leaves(String name, CompletedCycle view) {
    Member member = view.roster() == null ? null : view.roster().get(name);
    boolean left =
        member != null
            && (member.gossip() == MemberStatus.LEFT
                || !member.tag("role").equals("backend")
                || member.tag("state").equals("draining")
                || startsAgain(member));
    boolean says =
        view.announcements().byIncarnation().entrySet().stream()
            .anyMatch(e ->
                e.getKey().member().equals(name)
                    && e.getValue().kind() == Announcement.AnnouncementType.DRAIN);
    return left || asked(name, view) || says;
  }

  /** Its own word takes it out of rotation until it is ready. */
  private static boolean startsAgain(Member member) {
    return member.gossip() == MemberStatus.ALIVE && member.tag("state").equals("starting");
  }

  private static boolean asked(String name, CompletedCycle view) {
    Intent intent = view.before().intents().get(name);
    return intent != null
        && (intent.action() == Intent.Action.DRAIN || intent.action() == Intent.Action.MAINT);
  }
}
