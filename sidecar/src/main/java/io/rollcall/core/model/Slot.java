package io.rollcall.core.model;

import org.jspecify.annotations.Nullable;

/**
 * One server line of a pool, as HAProxy showed it ({@code show servers state}, {@code show stat}).
 *
 * @param serverId HAProxy's number of the server, the key of its stick-table entries
 * @param endpoint null while the slot has the placeholder of the configuration
 * @param running HAProxy's operational state is not "stopped": with {@code READY} it takes requests
 * @param weight 0 to 256, as set now
 * @param check the last check's status in HAProxy's words, {@code L7OK}, {@code L4CON}
 * @param load null if the counters were not read
 * @param report what else HAProxy reports of it
 * @param configured what haproxy.cfg says of it
 */
public record Slot(
    SlotId id,
    int serverId,
    @Nullable Endpoint endpoint,
    Admin admin,
    boolean running,
    int weight,
    String check,
    @Nullable Load load,
    ServerReport report,
    Configured configured) {
  /**
   * Address of a slot without a member: {@code init-addr last,192.0.2.1} in haproxy.cfg (RFC 5737:
   * reserved for documentation).
   */
  public static final String PLACEHOLDER = "192.0.2.1";

  /**
   * A server line of haproxy.cfg.
   *
   * @param host the host name of its address; null for an IP address, and for an added server
   * @param weight 0 to 256, before any change at run time
   * @param backup it gets requests only while no other server is up
   * @param cookie by which clients stay with this line, whichever server it has; null for none, and
   *     for one that HAProxy computes of the address
   * @param portless the line has no port, as far as that shows: without a member
   */
  public record Configured(
      @Nullable String host,
      int weight,
      boolean backup,
      @Nullable String cookie,
      boolean portless) {
    /** A line as Rollcall's own haproxy.cfg has it. */
    public static final Configured SLOT = new Configured("slot.invalid", 100);

    /** A line that is not a backup. */
    public Configured(@Nullable String host, int weight) {
      this(host, weight, false);
    }

    /** A line with a port and without a cookie. */
    public Configured(@Nullable String host, int weight, boolean backup) {
      this(host, weight, backup, null, false);
    }
  }

  /** A server of Rollcall's own haproxy.cfg. */
  public Slot(
      SlotId id,
      int serverId,
      @Nullable Endpoint endpoint,
      Admin admin,
      boolean running,
      int weight,
      String check,
      @Nullable Load load,
      ServerReport report) {
    this(id, serverId, endpoint, admin, running, weight, check, load, report, Configured.SLOT);
  }

  /** A server of Rollcall's own haproxy.cfg that is reported as its other values say. */
  public Slot(
      SlotId id,
      int serverId,
      @Nullable Endpoint endpoint,
      Admin admin,
      boolean running,
      int weight,
      String check,
      @Nullable Load load) {
    this(id, serverId, endpoint, admin, running, weight, check, load, ServerReport.NONE);
  }

  /** The administrative state of a server, as set in HAProxy. */
  public enum Admin {
    READY,
    DRAIN,
    MAINT
  }

  /**
   * Counters of one server.
   *
   * @param current requests running now, or connections to the server in use, whichever is more
   * @param queued requests waiting for this server
   * @param total sessions since HAProxy started
   * @param errors connection and response errors since HAProxy started
   * @param rate sessions of the last second
   * @param maxconn limit of concurrent requests, 0 for none
   * @param counters what else is counted; null if it was not read
   */
  public record Load(
      int current,
      int queued,
      long total,
      long errors,
      int rate,
      int maxconn,
      @Nullable ServerCounters counters) {
    /** Without further counters. */
    public Load(int current, int queued, long total, long errors, int rate, int maxconn) {
      this(current, queued, total, errors, rate, maxconn, null);
    }

    public boolean idle() {
      return current == 0 && queued == 0;
    }
  }

  /** The same with other counters. */
  public Slot with(Load other) {
    return new Slot(
        id, serverId, endpoint, admin, running, weight, check, other, report, configured);
  }

  /** The same, with a line that has no port. */
  public Slot portless() {
    var line =
        new Configured(
            configured.host(), configured.weight(), configured.backup(), configured.cookie(), true);
    return new Slot(id, serverId, endpoint, admin, running, weight, check, load, report, line);
  }

  /** Its check is configured but disabled ({@code disable health}). */
  public boolean unwatched() {
    return report.unwatched();
  }

  /** No request runs or waits here, as was read; unknown counts as busy. */
  public boolean idle() {
    return load != null && load.idle();
  }

  /** It takes new requests now. */
  public boolean serving() {
    return admin == Admin.READY && running;
  }
}
