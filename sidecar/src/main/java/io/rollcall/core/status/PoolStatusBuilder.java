package io.rollcall.core.status;

import io.rollcall.core.control.DrainOutcomes;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.ServerStates;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.plan.PlannerInput;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds the status of a pool: one row for each member, with its state and the reason for it. */
public final class PoolStatusBuilder {
  private PoolStatusBuilder() {}

  /** The rows without servers that are not slots, and the members that these serve. */
  public static List<Status.MemberRow> managed(Status.PoolStatus pool) {
    return pool.members().stream().filter(row -> row.state() != MemberState.UNMANAGED).toList();
  }

  /** The rows of members that are not in HAProxy because the pool is only observed. */
  public static List<Status.MemberRow> notPutIn(Status.PoolStatus pool) {
    return pool.members().stream().filter(row -> isNotPutIn(pool, row)).toList();
  }

  /** The row is one of those. */
  public static boolean isNotPutIn(Status.PoolStatus pool, Status.MemberRow row) {
    return pool.observe() && row.state() == MemberState.WAITING;
  }

  /**
   * The pool with one row for each member that has a slot or waits for one.
   *
   * @param view what was read last. It has no slots while HAProxy is unreachable, and no roster
   *     while Serf is: the values that come from there are null
   */
  public static Status.PoolStatus of(PlannerInput view) {
    boolean read = !view.slots().isEmpty() || !view.unmanaged().isEmpty();
    return of(view, read, DrainOutcomes.NONE);
  }

  /**
   * The same with the progress of drains.
   *
   * @param read the backend was read; it may have no servers
   * @param drains what was counted at their start
   */
  static Status.PoolStatus of(PlannerInput view, boolean read, DrainOutcomes drains) {
    PoolState memory = view.memory();
    var rows = new ArrayList<Status.MemberRow>();
    memory
        .occupants()
        .forEach((id, o) -> {
          boolean waits = o.state() == SlotState.PARKED && memory.waiting().containsKey(o.member());
          if (!waits) {
            rows.add(occupying(view, id, o, drains));
          }
        });
    memory.waiting().forEach((name, waiting) -> rows.add(waiting(view, name, waiting)));
    view.unmanaged().values().forEach(server -> rows.add(unmanaged(view, server)));
    int total = view.slots().size();
    int used = memory.occupants().size();
    return new Status.PoolStatus(
        view.policy().backend(),
        !memory.held().isEmpty(),
        new Status.SlotCounts(read ? total : null, read ? total - used : null, used),
        new Status.DriftCount(memory.driftFound(), memory.driftRepaired()),
        rows,
        (int) view.unmanaged().values().stream().filter(PoolStatusBuilder::getsRequests).count(),
        false,
        List.of());
  }

  /** A backup, as a sorry page, does not count: what it answers is not the service. */
  private static boolean getsRequests(Slot server) {
    return !server.configured().backup() && ServerStates.shown(server) == MemberState.SERVING;
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

  private static Status.MemberRow occupying(
      PlannerInput view, SlotId id, Occupant o, DrainOutcomes drains) {
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
        slot == null
            ? "HAProxy could not be read; before that: " + why(view, o, null)
            : why(view, o, slot),
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
        load == null ? null : load.errors(),
        MemberReason.of(
            takenOut(view, o, state) ? MemberState.DOWN : state,
            view.memory().held().contains(o.member()),
            o.byFailure() || (member != null && member.gossip() == MemberStatus.FAILED),
            o.refused() != null,
            view.isLate(o)),
        load == null ? null : load.counters(),
        state == MemberState.DRAINING ? drain(view, id, o, load, drains) : null);
  }

  /** It should serve, and HAProxy has it in maintenance though nobody asked for that. */
  private static boolean takenOut(PlannerInput view, Occupant o, MemberState state) {
    return state == MemberState.MAINT
        && o.inRotation()
        && view.memory().intents().get(o.member()) == null;
  }

  private static DrainProgress drain(
      PlannerInput view, SlotId id, Occupant o, Slot.@Nullable Load load, DrainOutcomes drains) {
    PlannerInput.TrackedSessions sticky = view.sticky().get(id);
    Integer most = drains.most().get(id);
    return new DrainProgress(
        o.deadline() == null ? o.since() : o.deadline(),
        most == null || most < 0 ? null : most,
        sticky == null ? null : sticky.sessions(),
        load == null ? null : load.current() + load.queued());
  }

  /** A server that is not a slot, as HAProxy shows it. */
  private static Status.MemberRow unmanaged(PlannerInput view, Slot server) {
    Endpoint endpoint = server.endpoint();
    Slot.Load load = server.load();
    return new Status.MemberRow(
        server.id().server(),
        endpoint == null ? null : Endpoint.text(endpoint.ip()),
        endpoint == null ? null : endpoint.port(),
        server.id().server(),
        MemberState.UNMANAGED,
        view.now(),
        "server of haproxy.cfg that is not a slot: never changed",
        false,
        null,
        MemberStatus.UNKNOWN,
        server.check().isEmpty() ? null : server.check(),
        Map.of(),
        server.weight(),
        new Status.SessionCounts(
            null, load == null ? null : load.current(), load == null ? null : load.total()),
        load == null ? null : load.rate(),
        load == null ? null : load.errors(),
        null,
        load == null ? null : load.counters(),
        null);
  }

  private static Status.MemberRow waiting(
      PlannerInput view, String name, PoolState.Waiting waiting) {
    Member member = member(view, name);
    MemberState state = unoccupying(view, name, waiting);
    return new Status.MemberRow(
        name,
        member == null ? null : Endpoint.text(member.ip()),
        null,
        null,
        state,
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
        null,
        isMeantToWait(view, state, waiting)
            ? null
            : MemberReason.of(state, false, false, false, false),
        null,
        null);
  }

  /** It is starting, also as was last read from an agent that is away; or nothing is ever sent. */
  private static boolean isMeantToWait(
      PlannerInput view, MemberState state, PoolState.Waiting waiting) {
    return state == MemberState.WAITING && (waiting.starting() || view.policy().observe());
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
    Member member = member(view, name);
    if (member != null && view.unmanagedAt(view.endpoint(member)) != null) {
      return MemberState.UNMANAGED;
    }
    return waiting.refused() ? MemberState.REFUSED : MemberState.WAITING;
  }

  private static MemberState state(PlannerInput view, Occupant o, @Nullable Slot slot) {
    if (slot == null) {
      return MemberState.UNKNOWN;
    }
    MemberState shown =
        BackupSlots.stands(view, slot) ? MemberState.DRAINING : ServerStates.shown(slot);
    Intent intent = view.memory().intents().get(o.member());
    return switch (o.state()) {
      case FREE, PREPARED, JOINING -> o.down() == null ? MemberState.JOINING : MemberState.DOWN;
      case SERVING -> shown;
      case SUSPECT -> shown == MemberState.SERVING ? MemberState.SUSPECT : shown;
      case DRAINING -> o.byFailure() && !slot.running() ? MemberState.DOWN : MemberState.DRAINING;
      case PARKED -> parked(view, o, intent);
    };
  }

  /** A member that died is told from one that left as planned, or was taken out by a person. */
  private static MemberState parked(PlannerInput view, Occupant o, @Nullable Intent intent) {
    Intent.Action action = intent == null ? null : intent.action();
    if (action == Intent.Action.MAINT) {
      return MemberState.MAINT;
    }
    Member member = member(view, o.member());
    boolean died = member == null ? o.byFailure() : member.gossip() == MemberStatus.FAILED;
    return died && action == null ? MemberState.FAILED : MemberState.PARKED;
  }

  private static String why(PlannerInput view, Occupant o, @Nullable Slot slot) {
    String why = o.refused() == null ? o.why() : o.why() + "; " + o.refused();
    if (slot == null) {
      return why;
    }
    String noSessions = o.inRotation() ? withheld(view, slot) : null;
    if (noSessions != null) {
      return noSessions + "; before that: " + why;
    }
    if (view.isLate(o)) {
      why = "not ready for longer than joinTimeout, " + why;
    }
    boolean failing = o.state() == SlotState.JOINING && !slot.check().isEmpty();
    return failing ? why + "; last: " + ServerStates.check(slot) : why;
  }

  /** Why it gets no new sessions; null if it gets them. */
  private static @Nullable String withheld(PlannerInput view, Slot slot) {
    return BackupSlots.stands(view, slot) ? BackupSlots.WHY : ServerStates.why(slot);
  }

  private static @Nullable String intent(PlannerInput view, String name) {
    Intent intent = view.memory().intents().get(name);
    if (intent == null) {
      return null;
    }
    String action = intent.action() == null ? "" : Format.name(intent.action());
    String weight = intent.weight() == null ? "" : "weight " + intent.weight();
    String space = action.isEmpty() || weight.isEmpty() ? "" : ", ";
    String until =
        intent.until() == null ? "" : ", until " + intent.until().truncatedTo(ChronoUnit.SECONDS);
    String reason = intent.reason() == null ? "" : ": " + intent.reason();
    return action + space + weight + " (" + intent.by() + until + reason + ")";
  }

  private static @Nullable Member member(PlannerInput view, String name) {
    return view.roster() == null ? null : view.roster().get(name);
  }
}
