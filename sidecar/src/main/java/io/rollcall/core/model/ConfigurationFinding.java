package io.rollcall.core.model;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something in HAProxy's configuration that keeps a pool from working as it should.
 *
 * @param pool the backend, null if it concerns no single one
 * @param text what was found and the cure, without the backend's name
 */
public record ConfigurationFinding(Fault fault, @Nullable String pool, String text) {
  /** The other reports the same fault of the same pool. */
  public boolean isSame(ConfigurationFinding other) {
    return fault == other.fault && Objects.equals(pool, other.pool);
  }

  /** What is wrong. */
  public enum Fault {
    /** The admin socket does not accept changes. */
    NOT_ADMIN,
    /** The backend is not published (3.4): no frontend sends it requests. */
    UNPUBLISHED,
    /** No server is a slot. */
    NO_SLOTS,
    /** A member's server in the configuration is in maintenance. */
    SERVER_DISABLED,
    /** Servers have no check. */
    UNCHECKED,
    /** Servers have the health of another server. */
    TRACKING,
    /** Servers have weight 0, and get no requests. */
    WEIGHTLESS,
    /** Slots get requests only while no other server is up. */
    BACKUP_SLOTS,
    /** Slots have no port, and HAProxy does not restore that of their members. */
    PORTLESS,
    /** HAProxy does not load the state file that Rollcall writes, or not all of it. */
    STATE_FILE_UNUSED,
    /** HAProxy starts with the slots empty, because it does not restore their addresses. */
    ADDRESSES_NOT_RESTORED,
    /** The algorithm accepts no weight. */
    STATIC_BALANCE,
    /** The table cannot tell whose session an entry is. */
    NO_SERVER_KEYS,
    /** The table is too large to be examined. */
    TABLE_UNEXAMINED,
    /** Clients stay with a slot, whichever member it has. */
    STATIC_COOKIE,
    /** A rule names a slot, whichever member it has. */
    SLOT_NAMED,
    /** The file named by {@code haproxy.config} lacks the backend. */
    NOT_IN_FILE,
    /** Requests flow, and no session is tracked. */
    SESSIONS_UNTRACKED,
    /** The file named by {@code haproxy.config} cannot be read. */
    UNREADABLE
  }
}
