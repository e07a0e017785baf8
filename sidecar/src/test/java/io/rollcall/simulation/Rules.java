package io.rollcall.simulation;

import static io.rollcall.simulation.Simulation.require;

import io.rollcall.core.model.Announcement;
import io.rollcall.core.model.Announcements;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What must hold at every step of every schedule. */
final class Rules {
  /** Passes that may go by before requests no longer reach a stranger that the list tells of. */
  private static final int ASTRAY = 3;

  private final Simulation world;
  private final HoldRule hold = new HoldRule();

  Rules(Simulation world) {
    this.world = world;
  }

  /** What the hold counts, to be saved with the state. */
  @Nullable Set<String> known() {
    return hold.known();
  }

  /**
   * The state is as it was saved once, or lost: differences that rest on it are not the
   * controller's.
   *
   * @param known what the hold counted when it was saved
   */
  void forget(@Nullable Set<String> known) {
    hold.restore(known);
    for (ServerLine line : world.haproxy.lines()) {
      line.touched = true;
      line.byHand = true;
      line.entries.replaceAll(e -> new ServerLine.Entry(e.owner(), e.seen(), true));
    }
  }

  /** Before HAProxy obeys a step. */
  void before(Step step, PoolState planned) {
    ServerLine line = world.haproxy.line(step.slot());
    Occupant occupant = planned.occupants().get(step.slot());
    require(line == null || line.isSlot(), () -> "a server that is no slot is changed: " + step);
    if (line != null && line.touchedSinceRead) {
      return; // what a person does between a reading and a step can't be seen
    }
    switch (step) {
      case Step.SetAddress address -> {
        require(line.admin == Slot.Admin.MAINT, () -> "an address changed in rotation: " + line);
        require(line.requests.isEmpty(), () -> "an address changed under requests: " + line);
        require(
            address.endpoint().equals(occupant.endpoint()),
            () -> "an address that is not the occupant's: " + address);
      }
      case Step.Join _ -> {
        intoRotation(line, occupant);
        line.requests.forEach(app ->
            require(
                app.member.equals(occupant.member())
                    || app.endpoint.equals(occupant.endpoint()), // as far as can be seen
                () -> "joins over requests at " + app));
        line.entries.forEach(entry ->
            require(
                own(entry, occupant),
                () -> "moves in over sessions of " + entry.owner() + ": " + occupant));
      }
      case Step.ToReady _, Step.ToDrain _ -> intoRotation(line, occupant);
      case Step.ShutdownSessions _ ->
          require(line.admin == Slot.Admin.MAINT, () -> "requests are ended in rotation: " + line);
      case Step.HealthUp _ ->
          require(
              world.shell.rules().wasReady(line.endpoint),
              () -> "marked as up without a probe that succeeded: " + line);
      case Step.ToMaint _,
          Step.EnableCheck _,
          Step.EnableAgent _,
          Step.DisableAgent _,
          Step.ClearSessions _,
          Step.SetWeight _,
          Step.SetMaxconn _,
          Step.AddSlot _ -> {}
      case Step.RemoveSlot _ -> {
        require(occupant == null, () -> "a slot in use is removed: " + occupant);
        require(line.requests.isEmpty(), () -> "a slot is removed under requests: " + line);
        require(
            line.serverId >= ServerLine.GROWN_FROM, () -> "a configured slot is removed: " + line);
      }
    }
  }

  private void intoRotation(ServerLine line, @Nullable Occupant occupant) {
    require(
        occupant != null && occupant.endpoint().equals(line.endpoint),
        () -> "in rotation with a foreign address: " + line + "\n  " + occupant);
    for (ServerLine other : world.haproxy.lines()) {
      boolean twin =
          other != line
              && other.admin != Slot.Admin.MAINT
              && Objects.equals(other.endpoint, line.endpoint);
      require(!twin || other.touched, () -> "one address twice: " + line + " and " + other);
    }
  }

  private static boolean own(ServerLine.Entry entry, Occupant o) {
    Application owner = entry.owner();
    boolean sameOrLater = owner.run >= Application.run(o.boot());
    return entry.excused() || (owner.member.equals(o.member()) && sameOrLater);
  }

  /** After anything at all. */
  void everyLine() {
    for (ServerLine line : world.haproxy.lines()) {
      require(
          !astray(line) || line.astray <= ASTRAY,
          () -> "requests reach " + world.at(line.endpoint) + " at " + line);
    }
  }

  /** Requests reach another application than the occupant's, and the sidecar could know it. */
  private boolean astray(ServerLine line) {
    Application app = world.at(line.endpoint);
    if (!line.open() || line.touched || app == null || knownIn(line, app)) {
      return false;
    }
    Roster roster = world.shell.roster();
    Occupant o = world.shell.pool().occupants().get(line.id);
    return roster != null
        && app.endpoint.equals(wanted(roster, app.member))
        && (o == null || !app.endpoint.equals(Wanted.claimed(roster.get(o.member()))));
  }

  /** The memory names this application's member for the line. */
  boolean knownIn(ServerLine line, Application app) {
    Occupant o = world.shell.pool().occupants().get(line.id);
    return o != null && o.member().equals(app.member);
  }

  private @Nullable Endpoint wanted(Roster roster, String name) {
    return leftAlone(name, world.shell.pool(), world.shell.announcements())
        ? Wanted.by(roster.get(name))
        : null;
  }

  /** Neither a person nor its own word asks for anything but what its tags say. */
  private static boolean leftAlone(String name, PoolState memory, Announcements announced) {
    Intent intent = memory.intents().get(name);
    return (intent == null || intent.action() == null)
        && announced.byIncarnation().entrySet().stream()
            .noneMatch(e ->
                e.getKey().member().equals(name)
                    && e.getValue().kind() == Announcement.AnnouncementType.DRAIN);
  }

  /** After a cycle with a known outcome. */
  void after(CompletedCycle done) {
    onePerAddress(done.after());
    hold.after(done);
    ClaimRule.after(done);
    for (ServerLine line : world.haproxy.lines()) {
      // how a server came to be as it was found is not known
      line.byHand |= !done.before().occupants().containsKey(line.id);
    }
    byHand(done);
    if (done.roster() != null) {
      done.roster().members().values().forEach(m -> shown(m, done));
      done.before().occupants().entrySet().stream()
          .filter(e -> !done.refused().contains(e.getKey()))
          .filter(e -> !world.haproxy.touchedSinceRead(e.getKey()))
          .forEach(e -> stays(e.getKey(), e.getValue(), done));
      done.before().occupants().forEach((id, o) -> keepsItsPlace(id, o, done));
      found(done);
      for (ServerLine line : world.haproxy.lines()) {
        if (done.refused().contains(line.id) || line.touchedSinceRead || !line.isSlot()) {
          continue;
        }
        require(
            line.admin == Slot.Admin.MAINT
                || done.after().occupants().containsKey(line.id)
                || liftsIntent(line, done),
            () -> "a free slot in rotation: " + line);
        line.touched = false;
        line.byHand &= open(line, done.after());
        line.astray = astray(line) ? line.astray + 1 : 0;
      }
    }
    everyLine();
  }

  /** What a person did may still become an intent: that waits for a list that has the member. */
  private static boolean open(ServerLine line, PoolState pool) {
    Occupant o = pool.occupants().get(line.id);
    return o != null
        && (line.weight != o.service().weightIn(line.seen())
            || (o.isActive() && line.admin != Slot.Admin.READY));
  }

  /** Only what a person did on the admin socket becomes an intent by hand. */
  private void byHand(CompletedCycle done) {
    done.after()
        .intents()
        .forEach((member, intent) -> {
          boolean isNew =
              intent.by().equals(Intent.BY_HAND)
                  && !done.before().intents().containsValue(intent); // or by another name
          require(
              !isNew || world.haproxy.lines().stream().anyMatch(line -> line.byHand),
              () -> "nobody changed it by hand: " + member + " " + intent);
        });
  }

  private static void onePerAddress(PoolState memory) {
    var seats = new HashMap<Endpoint, Occupant>();
    for (Occupant o : memory.occupants().values()) {
      if (o.state() != SlotState.PARKED) {
        Occupant other = seats.put(o.endpoint(), o);
        require(other == null, () -> "one address for " + o + " and " + other);
      }
    }
  }

  /** A person made the slot ready again: the next cycle gives it back to its member. */
  private static boolean liftsIntent(ServerLine line, CompletedCycle done) {
    return done.before().intents().keySet().stream()
        .filter(name -> !done.after().intents().containsKey(name))
        .map(name -> done.roster().members().get(name))
        .anyMatch(m -> m != null && line.endpoint != null && m.ip().equals(line.endpoint.ip()));
  }

  /** Also a grown one that HAProxy has lost since it was read. */
  private boolean isSlot(SlotId id) {
    ServerLine line = world.haproxy.line(id);
    return line == null || line.isSlot();
  }

  /** A member that waits is shown as waiting. */
  private static void shown(Member member, CompletedCycle done) {
    PoolState memory = done.after();
    boolean ours = member.tag("role").equals("backend") && member.gossip() == MemberStatus.ALIVE;
    if (!ours
        || member.tag("state").equals("draining")
        || !leftAlone(member.name(), memory, done.announcements())) {
      return;
    }
    boolean seated =
        memory.occupants().values().stream().anyMatch(o -> o.member().equals(member.name()));
    require(
        seated || memory.waiting().containsKey(member.name()),
        () -> "has no slot and is not shown as waiting: " + member);
  }

  /**
   * A member that is alive and started later has the same address: of two the newer boot has it,
   * also while the list still calls it starting, for its own word is quicker.
   */
  private static boolean contested(Occupant o, CompletedCycle view) {
    int run = Application.run(view.roster().get(o.member()).boot());
    return view.roster().members().values().stream()
        .anyMatch(other ->
            other.tag("role").equals("backend")
                && Application.run(other.boot()) > run
                && o.endpoint().equals(Wanted.claimed(other)));
  }

  /** An unchanged member stays where it is, with the weight it wants. */
  private void stays(SlotId id, Occupant o, CompletedCycle view) {
    Member member = view.roster().get(o.member());
    Slot slot = view.slots().get(id);
    boolean unchanged =
        o.state() == SlotState.SERVING
            && slot != null
            && o.endpoint().equals(Wanted.asked(member))
            && leftAlone(o.member(), view.after(), view.announcements())
            && slot.admin() == Slot.Admin.READY
            && o.endpoint().equals(slot.endpoint())
            && !contested(o, view);
    if (!unchanged) {
      return;
    }
    Occupant next = view.after().occupants().get(id);
    require(
        next != null && next.member().equals(o.member()) && next.state() == SlotState.SERVING,
        () -> "an unchanged member left its slot: " + o + "\n  " + next);
    require(!taken(id, view), () -> "an unchanged member is out of rotation: " + o);
    Intent intent = view.after().intents().get(o.member());
    if (!Objects.equals(intent, view.before().intents().get(o.member()))) {
      return; // what a hand decided is remembered in this pass, and carried out in the next
    }
    if (member.tag("weight").equals(Wanted.NONSENSE)
        && (intent == null || intent.weight() == null)) {
      return; // the last that made sense stays
    }
    ServerLine line = world.haproxy.line(id);
    int weight = Wanted.weight(member, intent, line);
    require(line.weight == weight, () -> "weight " + weight + " is wanted: " + line);
  }

  /** A parked slot that is not in maintenance is nobody else's: its member may serve there. */
  private static void keepsItsPlace(SlotId id, Occupant o, CompletedCycle view) {
    Occupant next = view.after().occupants().get(id);
    Slot slot = view.slots().get(id);
    boolean open = slot != null && slot.admin() != Slot.Admin.MAINT;
    require(
        o.state() != SlotState.PARKED
            || !open
            || (next != null && next.endpoint().equals(o.endpoint())),
        () -> "a parked slot outside maintenance is given away: " + o + "\n  " + next);
  }

  /** With an empty memory, who is in rotation at an address that one member wants stays there. */
  private void found(CompletedCycle view) {
    if (!view.before().occupants().isEmpty()) {
      return;
    }
    Map<Endpoint, Long> lines =
        view.slots().values().stream()
            .filter(slot -> slot.endpoint() != null && slot.admin() != Slot.Admin.MAINT)
            .collect(Collectors.groupingBy(Slot::endpoint, Collectors.counting()));
    for (Slot slot : view.slots().values()) {
      boolean wanted =
          !view.before().intents().containsKey(String.valueOf(slot.endpoint()))
              && view.roster().members().keySet().stream()
                  .map(name -> wanted(view.roster(), name))
                  .anyMatch(at -> at != null && at.equals(slot.endpoint()));
      boolean alone = Long.valueOf(1).equals(lines.get(slot.endpoint()));
      boolean unknown =
          slot.endpoint() != null
              && slot.running()
              && view.slots().get(slot.id()).equals(slot)
              && isSlot(slot.id())
              && view.roster().members().values().stream()
                  .noneMatch(member -> member.ip().equals(slot.endpoint().ip()));
      require(
          !(wanted || unknown)
              || !alone
              || slot.admin() != Slot.Admin.READY
              || !taken(slot.id(), view),
          () -> "was in rotation when the memory was lost and is taken out: " + slot);
    }
  }

  static boolean taken(SlotId id, CompletedCycle done) {
    return done.steps().stream()
        .anyMatch(step ->
            step.slot().equals(id)
                && (step instanceof Step.ToMaint || step instanceof Step.ToDrain));
  }
}
