package io.rollcall.core.plan;

import io.rollcall.core.model.Announcement;
import io.rollcall.core.model.Announcements;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.Roster;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the sidecar hears of the cluster, as {@code Membership} does: with RPC a line is a hint to
 * read the list, without it the line itself is applied. Lines come late, twice, in any order or
 * never.
 */
final class SimulatedSerf {
  private static final Duration RESYNC = Duration.ofSeconds(30);
  private static final Duration EVENT_AT_LEAST = Duration.ofSeconds(1);
  private static final Duration EVENT_SPREAD = Duration.ofSeconds(2);
  private static final Duration WORD = Duration.ofMillis(200);

  private final Simulation world;
  private final boolean rpc;
  private boolean connected;
  private boolean stale = true;
  private Instant nextResync = Simulation.BEGINNING;
  private @Nullable Roster roster;
  private Announcements claims = Announcements.NONE;

  SimulatedSerf(Simulation world, boolean rpc) {
    this.world = world;
    this.rpc = rpc;
    this.connected = rpc;
    if (!rpc) {
      roster = Roster.EMPTY;
    }
  }

  /** Null while the sidecar has read no list. */
  @Nullable Roster roster() {
    return roster;
  }

  Announcements claims() {
    return claims;
  }

  /** Something about this member is told to the sidecar, some time, perhaps. */
  void memberEvent(String name) {
    Member now = world.cluster.heard().get(name);
    if (world.chance(80)) {
      world.later(EVENT_AT_LEAST.plus(world.upTo(EVENT_SPREAD)), () -> line(name, now));
    }
    if (world.chance(10)) {
      world.later(EVENT_AT_LEAST.plus(world.upTo(RESYNC)), () -> line(name, now));
    }
  }

  private void line(String name, @Nullable Member then) {
    stale = true;
    if (!connected) {
      Roster known = roster == null ? Roster.UNREAD : roster;
      roster = then == null ? known.without(name) : known.with(then);
    }
  }

  /** A backend's own word is quick, and comes twice or never now and then. */
  void userEvent(Announcement.AnnouncementType kind, String payload) {
    for (int copies = world.chance(10) ? 2 : 1; copies > 0; copies--) {
      if (world.chance(90)) {
        Duration wait = world.chance(10) ? RESYNC : world.upTo(WORD);
        world.later(
            wait,
            () -> {
              world.tell(() -> "hears " + kind + " " + payload.replace('\t', ' '));
              claims = claims.heard(kind, payload, roster, world.now).claims();
            });
      }
    }
  }

  /** The connection to the agent is lost or there again. */
  void connected(boolean next) {
    if (rpc) {
      world.tell(() -> next ? "RPC is back" : "RPC is lost");
      connected = next;
      stale = true;
    }
  }

  /** As before each pass. */
  void refresh() {
    if (connected && (stale || claims.open(world.now) || !world.now.isBefore(nextResync))) {
      read();
    }
    claims = claims.pruned(roster, world.now).claims();
  }

  /** The sidecar is another process. */
  void restarted(Roster remembered) {
    claims = Announcements.NONE;
    roster = rpc ? null : remembered;
    stale = true;
  }

  /** From now on it hears all there is to hear. */
  void calm() {
    connected = rpc;
    stale = true;
    if (!rpc) {
      read();
    }
  }

  private void read() {
    roster = world.cluster.heard();
    nextResync = world.now.plus(RESYNC);
    stale = false;
  }
}
