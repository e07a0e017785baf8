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
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A pool as it is shown: who is behind every slot, and why. */
public final class PoolStatusBuilder {
  /** How many members a reason names; a pool of hundreds is not to fill the page. */
  private static final int NAMED = 3;

  /** Characters of a name in a reason. */
  private static final int NAME = 40;

  private PoolStatusBuilder() {}

  /**
   * One row for each member that is in a slot or waits for one.
   *
   * @param view what was read last; without slots while HAProxy does not answer, and without a
   *     roster while Serf does not: then their facts are null
   */
  public static Status.PoolStatus of(PlannerInput view) {
    PoolState memory = view.memory();
    var rows = new ArrayList<Status.MemberRow>();
    memory
        .occupants()
        .forEach((id, o) -> {
          boolean waits = o.state() == SlotState.PARKED && memory.waiting().containsKey(o.member());
          if (!waits) {
            rows.add(seated(view, id, o));
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

  /** The pool has this member: in a slot, waiting for one, or selected by its rule. */
  public static boolean has(PlannerInput view, String name) {
    PoolState memory = view.memory();
    Member member = member(view, name);
    return memory.occupants().values().stream().anyMatch(o -> o.member().equals(name))
        || memory.waiting().containsKey(name)
        || memory.intents().containsKey(name)
        || (member != null && view.policy().matches(member));
  }

  /**
   * What is wrong or unfinished in a pool, the worst first; empty where all is as wanted, and where
   * nothing is known.
   */
  public static List<String> reasons(Status.PoolStatus pool) {
    if (!pool.known()) {
      return List.of();
    }
    var reasons = new ArrayList<String>();
    List<Status.MemberRow> rows = pool.members();
    if (!rows.isEmpty() && rows.stream().noneMatch(row -> row.state().serves())) {
      reasons.add(pool.backend() + ": no member serves");
    }
    tell(reasons, pool, "held", rows.stream().filter(Status.MemberRow::held).toList());
    for (MemberState state :
        List.of(
            MemberState.DOWN,
            MemberState.SUSPECT,
            MemberState.WAITING,
            MemberState.REFUSED,
            MemberState.JOINING,
            MemberState.DRAINING)) {
      tell(reasons, pool, word(state), rows.stream().filter(row -> row.state() == state).toList());
    }
    return reasons;
  }

  private static void tell(
      Collection<String> reasons,
      Status.PoolStatus pool,
      String what,
      List<Status.MemberRow> rows) {
    if (!rows.isEmpty()) {
      String names =
          rows.stream()
              .limit(NAMED)
              .map(row -> brief(row.name()))
              .collect(Collectors.joining(", "));
      String more = rows.size() <= NAMED ? "" : " and " + (rows.size() - NAMED) + " more";
      String why = rows.getFirst().why();
      reasons.add(pool.backend() + ": " + names + more + " " + what + " (" + why + ")");
    }
  }

  /** A name in a sentence; the rows have all of it. */
  public static String brief(String name) {
    return name.length() <= NAME ? name : name.substring(0, NAME) + "…";
  }

  private static Status.MemberRow seated(PlannerInput view, SlotId id, Occupant o) {
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
        unseated(view, name, waiting),
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

  private static MemberState unseated(PlannerInput view, String name, PoolState.Waiting waiting) {
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
        ? "check " + slot.check() + "; before: " + why
        : why;
  }

  private static @Nullable String intent(PlannerInput view, String name) {
    Intent intent = view.memory().intents().get(name);
    if (intent == null) {
      return null;
    }
    String action = intent.action() == null ? "" : word(intent.action());
    String weight = intent.weight() == null ? "" : "weight " + intent.weight();
    String space = action.isEmpty() || weight.isEmpty() ? "" : ", ";
    return action + space + weight + " (" + intent.by() + ")";
  }

  private static @Nullable Member member(PlannerInput view, String name) {
    return view.roster() == null ? null : view.roster().get(name);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
