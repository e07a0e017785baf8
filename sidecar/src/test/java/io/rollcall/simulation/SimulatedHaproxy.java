package io.rollcall.simulation;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import io.rollcall.core.plan.PlannerInput;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * HAProxy with server lines, checks, requests, a cookie that is a function of the address and a
 * table that tracks by server id. It starts from a state file and forgets its table.
 */
final class SimulatedHaproxy {
  private static final int MAX_SESSIONS = 12;

  private final Simulation world;
  private final TreeMap<SlotId, ServerLine> lines = new TreeMap<>();
  private final List<Session> sessions = new ArrayList<>();
  private SavedState.ProcessRun run;
  private Map<SlotId, Slot> stateFile = Map.of();
  private Map<SlotId, Slot> olderStateFile = Map.of();

  /** A client that was served before. */
  private record Session(Application owner, Endpoint cookie) {}

  /** What HAProxy finds when it starts. */
  enum StateFile {
    CURRENT,
    STALE,
    NONE
  }

  SimulatedHaproxy(Simulation world, int size) {
    this.world = world;
    this.run = new SavedState.ProcessRun(1, Simulation.BEGINNING);
    for (int number = 1; number <= size; number++) {
      var line = new ServerLine(new SlotId(Simulation.POLICY.backend(), "slot" + number), number);
      lines.put(line.id, line);
    }
    var sorry =
        new ServerLine(
            new SlotId(Simulation.POLICY.backend(), "sorry"),
            size + 1,
            new Slot.Configured(null, 1),
            0);
    lines.put(sorry.id, sorry);
    asConfigured(sorry);
  }

  /** A server of the operator, at an address that no member has. */
  private static void asConfigured(ServerLine line) {
    if (!line.isSlot()) {
      line.endpoint = Hosts.at(200);
      line.admin = Slot.Admin.READY;
      line.running = true;
    }
  }

  Collection<ServerLine> lines() {
    return lines.values();
  }

  @Nullable ServerLine line(SlotId id) {
    return lines.get(id);
  }

  SavedState.ProcessRun run() {
    return run;
  }

  /** Every server line, as the sidecar reads it now. */
  List<Slot> read() {
    return lines.values().stream().map(SimulatedHaproxy::read).toList();
  }

  /** One of them. */
  static Slot read(ServerLine line) {
    line.arrive();
    line.touchedSinceRead = false;
    return line.seen();
  }

  boolean touchedSinceRead(SlotId id) {
    ServerLine line = lines.get(id);
    return line != null && line.touchedSinceRead;
  }

  void check() {
    for (ServerLine line : lines.values()) {
      line.arrive();
      Application app = world.at(line.endpoint);
      line.check(app != null && app.answers, world.now);
    }
  }

  void apply(Step step) {
    ServerLine line = lines.get(step.slot());
    switch (step) {
      case Step.ToMaint _ -> line.set(Slot.Admin.MAINT, world.now);
      case Step.ToDrain _ -> line.set(Slot.Admin.DRAIN, world.now);
      case Step.ToReady _ -> line.set(Slot.Admin.READY, world.now);
      case Step.Join _ -> {
        line.set(Slot.Admin.READY, world.now);
        line.down();
      }
      case Step.HealthUp _ -> line.running = true;
      case Step.EnableCheck _ -> {} // nobody switches it off here
      case Step.EnableAgent _, Step.DisableAgent _ -> {} // no server has one here
      case Step.ClearSessions _ -> line.entries.clear();
      case Step.ShutdownSessions _ -> line.requests.clear();
      case Step.SetWeight weight -> line.weight = weight.weight();
      case Step.SetMaxconn max -> line.maxconn = max.maxconn();
      case Step.SetAddress address -> line.move(address.endpoint());
      case Step.AddSlot add ->
          lines.putIfAbsent(add.slot(), new ServerLine(add.slot(), add.serverId()));
      case Step.RemoveSlot remove -> lines.remove(remove.slot());
    }
  }

  /** A client comes, with a cookie or without. */
  void request() {
    Session session =
        sessions.isEmpty() || world.chance(40)
            ? null
            : sessions.get(world.random.nextInt(sessions.size()));
    ServerLine line =
        session == null ? null : any(l -> l.open() && session.cookie().equals(l.endpoint));
    if (line == null) {
      line = any(l -> l.open() && l.admin == Slot.Admin.READY && l.weight > 0);
    }
    Application app = line == null ? null : world.at(line.endpoint);
    if (app == null) {
      return;
    }
    line.requests.add(app);
    track(line, app);
    if (session == null && sessions.size() < MAX_SESSIONS) {
      sessions.add(new Session(app, app.endpoint));
    }
    String where = line.id.server();
    world.log(() -> "request at " + where + " served by " + app);
  }

  /** Some request ends; its answer may make the table track its session again. */
  void requestEnds() {
    ServerLine line = any(l -> !l.requests.isEmpty());
    if (line != null) {
      world.log(() -> "a request ends at " + line.id.server());
      track(line, line.requests.removeLast());
    }
  }

  /** Most of them; some hang for ever. */
  void requestsEnd() {
    lines.values().forEach(line -> line.requests.removeIf(_ -> world.chance(80)));
  }

  private void track(ServerLine line, Application app) {
    Occupant o = world.shell.pool().occupants().get(line.id);
    boolean excused =
        o == null
            || !o.member().equals(app.member)
            || o.boot().isEmpty()
            || app.run < Application.run(o.boot());
    line.entries.removeIf(entry -> entry.owner() == app);
    line.entries.add(new ServerLine.Entry(app, world.now, excused));
  }

  /** The process is gone, so are its requests. */
  void ended(Application app) {
    lines.values().forEach(line -> line.requests.removeIf(at -> at == app));
  }

  private @Nullable ServerLine any(Predicate<ServerLine> fits) {
    List<ServerLine> found = lines.values().stream().filter(fits).toList();
    return found.isEmpty() ? null : found.get(world.random.nextInt(found.size()));
  }

  /** A person at the admin socket. */
  void hand() {
    ServerLine line = any(ServerLine::isSlot);
    line.touched = true;
    line.touchedSinceRead = true;
    line.byHand = true;
    switch (world.random.nextInt(6)) {
      case 0 -> line.set(Slot.Admin.MAINT, world.now);
      case 1 -> line.set(Slot.Admin.DRAIN, world.now);
      case 2 -> line.set(Slot.Admin.READY, world.now);
      case 3 -> line.weight = 25 * world.random.nextInt(3);
      case 4 -> line.maxconn = world.random.nextInt(3);
      default -> {
        ServerLine other = any(ServerLine::isSlot);
        line.endpoint = other.endpoint == null ? Hosts.at(99) : other.endpoint;
      }
    }
    world.log(() -> "a hand: " + line);
  }

  /** As {@code StateText} writes it: who is not up starts in maintenance. */
  void writeStateFile() {
    var next = new TreeMap<SlotId, Slot>();
    lines.forEach((id, line) -> {
      if (line.endpoint != null && line.isSlot()) {
        next.put(id, line.seen());
      }
    });
    boolean keep =
        next.values().stream().noneMatch(Slot::serving)
            && stateFile.values().stream().anyMatch(Slot::serving);
    if (!keep) {
      olderStateFile = world.chance(20) ? stateFile : olderStateFile;
      stateFile = next;
    }
  }

  void restart(StateFile with) {
    Map<SlotId, Slot> file =
        switch (with) {
          case CURRENT -> stateFile;
          case STALE -> olderStateFile;
          case NONE -> Map.of();
        };
    Instant now = world.now;
    run = new SavedState.ProcessRun(run.pid() + 1, now);
    lines.values().removeIf(line -> line.serverId >= ServerLine.GROWN_FROM);
    lines.replaceAll((_, before) -> {
      var line =
          new ServerLine(before.id, before.serverId, before.configured, before.configuredMaxconn);
      asConfigured(line);
      line.touched = true;
      line.touchedSinceRead = true;
      line.byHand = before.byHand;
      Slot row = file.get(line.id);
      if (row != null) {
        line.endpoint = row.endpoint();
        line.weight = row.weight();
        boolean down = row.admin() == Slot.Admin.READY && !row.running();
        line.set(down ? Slot.Admin.MAINT : row.admin(), now);
      }
      return line;
    });
    world.log(() -> "HAProxy restarts, state file " + with);
    world.socket.lose("another process");
  }

  /** Tracked sessions of these slots, with times of the sidecar's clock. */
  Map<SlotId, PlannerInput.TrackedSessions> sessions(Collection<SlotId> counted) {
    var sessions = new TreeMap<SlotId, PlannerInput.TrackedSessions>();
    for (SlotId id : counted) {
      ServerLine line = lines.get(id);
      if (line != null) {
        Instant last =
            line.entries.stream().map(ServerLine.Entry::seen).max(Instant::compareTo).orElse(null);
        Instant seen = last == null ? null : world.shell.steady(last);
        sessions.put(id, new PlannerInput.TrackedSessions(line.entries.size(), seen));
      }
    }
    return sessions;
  }
}
