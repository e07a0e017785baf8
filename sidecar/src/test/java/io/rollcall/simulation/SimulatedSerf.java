package io.rollcall.simulation;

import io.rollcall.core.control.Effect;
import io.rollcall.core.control.Input;
import io.rollcall.core.control.MemberInput;
import io.rollcall.core.model.Announcement;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Roster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sidecar's source of members: lines of the event pipe, which come late, twice, in any order or
 * never, and an agent that is asked for the list, unless the pipe is all there is.
 */
final class SimulatedSerf {
  static final Duration RESYNC = Duration.ofSeconds(30);
  private static final Duration EVENT_AT_LEAST = Duration.ofSeconds(1);
  private static final Duration EVENT_SPREAD = Duration.ofSeconds(2);
  private static final Duration ANNOUNCEMENT = Duration.ofMillis(200);
  private static final Duration QUICK = Duration.ofMillis(20);
  private static final Duration SLOW = Duration.ofSeconds(3);
  private static final Duration RECONNECT = Duration.ofSeconds(2);
  private static final Duration DUPLICATE = Duration.ofSeconds(5);

  private final Simulation world;
  private final boolean rpc;

  /** Nothing keeps the agent from accepting a connection. */
  private boolean reachable = true;

  private boolean connected;
  private int connection;

  /** The cycle that waits for the list; null while none does. */
  private @Nullable Long reading;

  /** Each member as a line named it last. */
  private final Map<String, Member> named = new HashMap<>();

  SimulatedSerf(Simulation world, boolean rpc) {
    this.world = world;
    this.rpc = rpc;
  }

  /** The agent can be asked for the list. */
  boolean readable() {
    return rpc;
  }

  /** The sidecar opens the pipe and begins to connect. */
  void start() {
    connected = false;
    connection++;
    reading = null;
    accept(new MemberInput.PipeOpened());
    connect(QUICK);
  }

  /** Something about this member is reported to the sidecar, some time, perhaps. */
  void memberEvent(String name) {
    Member now = world.cluster.list().get(name);
    if (now != null) {
      named.put(name, now);
    }
    if (rpc && connected && world.chance(70)) {
      // the agent's log, or its event stream
      Duration wait = world.chance(80) ? world.upTo(QUICK) : EVENT_AT_LEAST;
      world.later(wait, () -> accept(new MemberInput.MembersChanged(Set.of(name))));
    }
    if (world.chance(80)) {
      world.later(EVENT_AT_LEAST.plus(world.upTo(EVENT_SPREAD)), () -> line(name, now));
    }
    if (world.chance(10)) {
      world.later(EVENT_AT_LEAST.plus(world.upTo(RESYNC)), () -> line(name, now));
    }
  }

  private void line(String name, @Nullable Member then) {
    Member last = named.get(name);
    if (world.fault(1)) {
      accept(new MemberInput.Unusable("a line that can't be read"));
    } else if (then != null) {
      accept(new MemberInput.MemberSeen(then));
    } else if (last != null) {
      accept(new MemberInput.MemberForgotten(last.with(MemberStatus.UNKNOWN)));
    }
  }

  /** A backend's own announcement is quick, and comes twice or never now and then. */
  void announce(Announcement.AnnouncementType type, String member, String boot, Duration deadline) {
    var announced =
        new MemberInput.Announced(
            new Announcement.Incarnation(member, boot), type, deadline, false);
    for (int copies = world.chance(10) ? 2 : 1; copies > 0; copies--) {
      if (world.chance(90)) {
        Duration wait = world.chance(10) ? RESYNC : world.upTo(ANNOUNCEMENT);
        world.later(wait, () -> accept(announced));
      }
    }
  }

  /** The connection to the agent is lost, or may be opened again. */
  void reachable(boolean next) {
    if (rpc) {
      world.log(() -> next ? "the agent is reachable" : "the agent is unreachable");
      reachable = next;
      if (next) {
        connect(RECONNECT);
      } else {
        lose();
      }
    }
  }

  /** The agent is another process from now on. */
  void agentRestarts() {
    lose();
    connect(RECONNECT);
  }

  private void lose() {
    if (connected) {
      connected = false;
      connection++;
      Long cycle = reading;
      reading = null;
      if (cycle != null) {
        world.shell.accept(new MemberInput.MembersUnread(cycle, "the connection was lost"));
      }
      world.shell.accept(new MemberInput.AgentDisconnected("no connection to the agent"));
    }
  }

  private void connect(Duration within) {
    if (rpc && reachable && !connected) {
      world.shell.later(
          world.upTo(within),
          () -> {
            if (reachable && !connected) {
              connected = true;
              accept(new MemberInput.AgentConnected());
            }
          });
    }
  }

  /** Reads the list: as it is at some moment between the question and the answer. */
  void read(Effect.ReadMembers effect) {
    long cycle = effect.cycle();
    if (!connected || world.fault(3)) {
      world.shell.later(
          delay(),
          () -> world.shell.accept(new MemberInput.MembersUnread(cycle, "the agent hangs")));
      return;
    }
    reading = cycle;
    int mine = connection;
    world.shell.later(
        delay(),
        () -> {
          Roster roster = world.cluster.list();
          world.shell.later(
              delay(),
              () -> {
                if (mine == connection) {
                  answer(result(effect, roster));
                }
              });
        });
  }

  private static MemberInput result(Effect.ReadMembers effect, Roster roster) {
    return effect.names().isEmpty()
        ? new MemberInput.MembersRead(effect.cycle(), roster, SimulatedCluster.SELF, 0)
        : new MemberInput.NamesRead(
            effect.cycle(),
            effect.names(),
            roster.members().values().stream()
                .filter(member -> effect.names().contains(member.name()))
                .toList());
  }

  private void answer(MemberInput read) {
    reading = null;
    world.shell.accept(read);
    if (world.fault(3)) {
      world.shell.later(world.upTo(DUPLICATE), () -> world.shell.rules().duplicate(read));
    }
  }

  private Duration delay() {
    return world.upTo(world.fault(5) ? SLOW : QUICK);
  }

  /** From now on the sidecar receives all there is to receive. */
  void calm() {
    reachable = true;
    connect(QUICK);
    if (rpc) {
      accept(new MemberInput.ListChanged());
      return;
    }
    Roster list = world.cluster.list();
    Roster known = world.shell.roster();
    var gone = new ArrayList<Member>(known == null ? named.values() : known.members().values());
    gone.addAll(named.values());
    gone.forEach(member -> {
      if (list.get(member.name()) == null) {
        accept(new MemberInput.MemberForgotten(member.with(MemberStatus.UNKNOWN)));
      }
    });
    list.members().values().forEach(member -> accept(new MemberInput.MemberSeen(member)));
  }

  /** What is reported while the sidecar starts is lost. */
  private void accept(Input input) {
    if (world.shell.started()) {
      world.shell.accept(input);
    }
  }
}
