package io.rollcall.simulation;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.ServerReport;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One server line of the simulated HAProxy, with its check, its requests and its entries. */
final class ServerLine {
  /** HAProxy's numbers of servers that were added while it runs. */
  static final int GROWN_FROM = 1_000_000;

  static final Duration CHECK_EVERY = Duration.ofMillis(200);
  private static final int FALL = 2;

  final SlotId id;
  final int serverId;
  @Nullable Endpoint endpoint;

  /** HAProxy 3 replies before an address has changed: it has when it is read the next time. */
  private @Nullable Endpoint coming;

  Slot.Admin admin = Slot.Admin.MAINT;
  boolean running;

  /** What the configuration says of it. */
  final Slot.Configured configured;

  final int configuredMaxconn;
  int weight;
  int maxconn;
  String check = "";
  private int failures;
  private Instant nextCheck = Simulation.BEGINNING;

  /** Applications that requests run at. */
  final List<Application> requests = new ArrayList<>();

  /** Tracking entries that have this line's server id. */
  final List<Entry> entries = new ArrayList<>();

  /** Another change than the sidecar's came after the last complete reading. */
  boolean touchedSinceRead;

  /** A person changed it, or may have, since the sidecar last took care of it. */
  boolean byHand;

  /** A person, or a restart of HAProxy, changed it since Rollcall last took care of it. */
  boolean touched;

  /** After how many passes requests could still reach a stranger that Rollcall knew of. */
  int astray;

  /**
   * A session that is tracked here.
   *
   * @param excused the sidecar could not know whose it is
   */
  record Entry(Application owner, Instant seen, boolean excused) {}

  ServerLine(SlotId id, int serverId, Slot.Configured configured, int maxconn) {
    this.id = id;
    this.serverId = serverId;
    this.configured = configured;
    this.configuredMaxconn = maxconn;
    this.weight = configured.weight();
    this.maxconn = maxconn;
  }

  /** A slot, whose weight and limit depend on its number. */
  ServerLine(SlotId id, int serverId) {
    this(
        id,
        serverId,
        new Slot.Configured("slot.invalid", 20 + serverId % 3 * 40),
        serverId % 2 * 5);
  }

  /** It is a slot; otherwise it is the operator's, and the sidecar never changes it. */
  boolean isSlot() {
    return configured.host() != null || serverId >= GROWN_FROM;
  }

  void move(Endpoint next) {
    coming = next;
  }

  /** Time has gone by. */
  void arrive() {
    endpoint = coming == null ? endpoint : coming;
    coming = null;
  }

  Slot seen() {
    var load = new Slot.Load(requests.size(), 0, 0, 0, 0, maxconn);
    return new Slot(
        id, serverId, endpoint, admin, running, weight, check, load, ServerReport.NONE, configured);
  }

  /** The same as if it were in this state. */
  Slot seenAs(Slot.Admin shown) {
    Slot seen = seen();
    return new Slot(
        id,
        serverId,
        seen.endpoint(),
        shown,
        seen.running(),
        seen.weight(),
        seen.check(),
        seen.load(),
        seen.report(),
        configured);
  }

  boolean isInMaintenance() {
    return admin == Slot.Admin.MAINT;
  }

  /** It takes requests: new ones where it is ready, those of its cookie also where it drains. */
  boolean open() {
    return admin != Slot.Admin.MAINT && running && endpoint != null;
  }

  /** As {@code set server ... state} does: whoever leaves maintenance counts as up at once. */
  void set(Slot.Admin next, Instant now) {
    if (next == Slot.Admin.MAINT) {
      running = false;
    } else if (admin == Slot.Admin.MAINT) {
      running = true;
      failures = FALL - 1;
      nextCheck = now.plus(CHECK_EVERY);
    }
    admin = next;
  }

  void down() {
    running = false;
    failures = FALL;
  }

  /** Checks that fell due: one that passes brings it up, two that fail take it down. */
  void check(boolean answers, Instant now) {
    if (admin == Slot.Admin.MAINT || now.isBefore(nextCheck)) {
      return;
    }
    boolean more = !now.isBefore(nextCheck.plus(CHECK_EVERY));
    failures = answers ? 0 : failures + (more ? FALL : 1);
    running = answers || (running && failures < FALL);
    check = answers ? "L7OK" : "L4CON";
    nextCheck = now.plus(CHECK_EVERY);
  }

  @Override
  public String toString() {
    return "%s %s %s%s weight %d, %d requests, %d entries%s"
        .formatted(
            id.server(),
            endpoint,
            admin,
            running ? " up" : "",
            weight,
            requests.size(),
            entries.size(),
            touched ? ", touched" : "");
  }
}
