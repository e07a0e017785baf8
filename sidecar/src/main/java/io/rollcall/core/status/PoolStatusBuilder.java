package io.rollcall.core.status;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.plan.PlannerInput;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds the status of a pool: one row for each member, with its state and the reason for it. */
public final class PoolStatusBuilder {
  private PoolStatusBuilder() {}

  /**
   * The pool with one row for each member that has a slot or waits for one.
   *
   * @param view what was read last. It has no slots while HAProxy is unreachable, and no roster
   *     while Serf is: the values that come from there are null
   */
  public static Status.PoolStatus of(PlannerInput view) {
    PoolState memory = view.memory();
    var rows = new ArrayList<Status.MemberRow>();
    memory
        .occupants()
        .forEach((id, o) -> {
          boolean waits = o.state() == SlotState.PARKED && memory.waiting().containsKey(o.member());
          if (!waits) {
            rows.add(occupying(view, id, o));
          }
        });
    memory.waiting().forEach((name, waiting) -> rows.add(waiting(view, name, waiting)));
    boolean read = !view.slots().isEmpty();
    int total = view.slots().size();
    int used = memory.occupants().size();
    return new Status.PoolStatus(
        view.policy().backend(),
        !memory.held().isEmpty(),
        new Status.SlotCounts(read ? total : null, read ? total - used : null, used),
        new Status.DriftCount(memory.driftFound(), memory.driftRepaired()),
        rows);
  }

  /** Whether the pool has this member: in a slot, waiting for one, or matched by its tags. */
  public static boolean has(PlannerInput view, String name) {
    PoolState memory = view.memory();
    Member member = member(view, name);
    return memory.occupants().values().stream().anyMatch(o -> o.member().equals(name))
        || memory.waiting().containsKey(name)
        || memory.intents().containsKey(name)
        || (member != null && view.policy().matches(member));
  }

  private static Status.MemberRow occupying(PlannerInput view, SlotId id, Occupant o) {
    Slot slot = view.slots().get(id);
    Slot.Load load = slot == null ? null : slot.load();
    PlannerInput.TrackedSessions sticky = view.sticky().get(id);
    Member member = member(view, o.member());
    MemberState state = state(view, o, slot);
    Occupant.Down down = o.down();
    return new Status.MemberRow(
        o.member(),
        Endpoint.text(o.endpoint().ip()),
        o.endpoint().port(),
        id.server(),
        state,
        down != null && state == MemberState.DOWN ? down.since() : o.since(),
        slot == null ? "last known: " + why(o, null) : why(o, slot),
        view.memory().held().contains(o.member()),
        intent(view, o.member()),
        member == null ? MemberStatus.UNKNOWN : member.gossip(),
        slot == null || slot.check().isEmpty() ? null : slot.check(),
        member == null ? Map.of() : member.tags(),
        slot == null ? null : slot.weight(),
        new Status.SessionCounts(
            sticky == null ? null : sticky.sessions(),
            load == null ? null : load.current(),
            load == null ? null : load.total()),
        load == null ? null : load.rate(),
        load == null ? null : load.errors());
  }

  private static Status.MemberRow waiting(
      PlannerInput view, String name, PoolState.Waiting waiting) {
    Member member = member(view, name);
    return new Status.MemberRow(
        name,
        member == null ? null : Endpoint.text(member.ip()),
        null,
        null,
        unoccupying(view, name, waiting),
        waiting.since(),
        waiting.why(),
        false,
        intent(view, name),
        member == null ? MemberStatus.UNKNOWN : member.gossip(),
        null,
        member == null ? Map.of() : member.tags(),
        null,
        Status.SessionCounts.UNKNOWN,
        null,
        null);
  }

  private static MemberState unoccupying(
      PlannerInput view, String name, PoolState.Waiting waiting) {
    Intent intent = view.memory().intents().get(name);
    if (intent != null && intent.action() == Intent.Action.MAINT) {
      return MemberState.MAINT;
    }
    if (intent != null && intent.action() == Intent.Action.DRAIN) {
      return MemberState.PARKED;
    }
    return waiting.refused() ? MemberState.REFUSED : MemberState.WAITING;
  }

  private static MemberState state(PlannerInput view, Occupant o, @Nullable Slot slot) {
    boolean down = slot != null && !slot.running();
    Intent intent = view.memory().intents().get(o.member());
    return switch (o.state()) {
      case FREE, PREPARED, JOINING -> MemberState.JOINING;
      case SERVING -> down ? MemberState.DOWN : MemberState.SERVING;
      case SUSPECT -> down ? MemberState.DOWN : MemberState.SUSPECT;
      case DRAINING -> MemberState.DRAINING;
      case PARKED ->
          intent != null && intent.action() == Intent.Action.MAINT
              ? MemberState.MAINT
              : MemberState.PARKED;
    };
  }

  private static String why(Occupant o, @Nullable Slot slot) {
    String why = o.refused() == null ? o.why() : o.why() + "; " + o.refused();
    return slot != null && o.inRotation() && !slot.running()
        ? "check " + slot.check() + "; before that: " + why
        : why;
  }

  private static @Nullable String intent(PlannerInput view, String name) {
    Intent intent = view.memory().intents().get(name);
    if (intent == null) {
      return null;
    }
    String action = intent.action() == null ? "" : Format.name(intent.action());
    String weight = intent.weight() == null ? "" : "weight " + intent.weight();
    String space = action.isEmpty() || weight.isEmpty() ? "" : ", ";
    return action + space + weight + " (" + intent.by() + ")";
  }

  private static @Nullable Member member(PlannerInput view, String name) {
    return view.roster() == null ? null : view.roster().get(name);
  }
}
