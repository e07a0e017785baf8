package io.rollcall.core.model;

import org.jspecify.annotations.Nullable;

/**
 * What HAProxy reports of a server beside its address, weight and counters. {@link ServerStates}
 * says what each value means.
 *
 * @param status of {@code show stat}: {@code UP}, {@code DOWN 1/2}; empty if it was not read
 * @param admin bits of {@code srv_admin_state}
 * @param operational {@code srv_op_state}
 * @param checkState bits of {@code srv_check_state}
 * @param agentState bits of {@code srv_agent_state}
 * @param check the result of its last check
 * @param agent the result of its last agent-check
 * @param ssl it is reached by TLS
 * @param tracks the server whose health it has, {@code backend/server}; null for its own
 */
public record ServerReport(
    String status,
    int admin,
    int operational,
    int checkState,
    int agentState,
    CheckResult check,
    CheckResult agent,
    boolean ssl,
    @Nullable String tracks) {
  /** Nothing was read but what {@link Slot} has. */
  public static final ServerReport NONE =
      new ServerReport("", 0, 2, 6, 0, CheckResult.NONE, CheckResult.NONE, false, null);

  /** A server that is reached without TLS. */
  public ServerReport(
      String status,
      int admin,
      int operational,
      int checkState,
      int agentState,
      CheckResult check,
      CheckResult agent,
      @Nullable String tracks) {
    this(status, admin, operational, checkState, agentState, check, agent, false, tracks);
  }

  /** The same with another result of its last check. */
  public ServerReport with(CheckResult now) {
    return new ServerReport(
        status, admin, operational, checkState, agentState, now, agent, ssl, tracks);
  }

  private static final int FORCED_MAINT = 0x01;
  private static final int FORCED_DRAIN = 0x08;
  private static final int CONFIGURED = 0x02;
  private static final int ENABLED = 0x04;

  /**
   * The result of a check.
   *
   * @param status in HAProxy's words, {@code L7STS}; empty if there is none
   * @param code of the protocol, such as the HTTP status; null for none
   * @param text the output of the check or the error, which is foreign text; may be empty
   */
  public record CheckResult(String status, @Nullable Integer code, String text) {
    public static final CheckResult NONE = new CheckResult("", null, "");
  }

  /** Its health is known: it has a check of its own, or that of another server. */
  public boolean checked() {
    return tracks != null || (checkState & CONFIGURED) != 0;
  }

  /** Its health can be set: it has a check of its own. */
  public boolean ownCheck() {
    return tracks == null && (checkState & CONFIGURED) != 0;
  }

  /**
   * Its health can be set to up: it has a check of its own, and that did not get an answer which
   * tells more than that the application is not there yet or is starting.
   */
  public boolean maySetUp() {
    boolean refuses =
        check.status().equals("L7STS") && (check.code() == null || check.code() < 500);
    return ownCheck() && !refuses && !check.status().endsWith("RSP");
  }

  /** Its check is configured and switched off; one that only pauses, in maintenance, is not. */
  public boolean unwatched() {
    return (checkState & (CONFIGURED | ENABLED)) == CONFIGURED;
  }

  public boolean hasAgent() {
    return (agentState & CONFIGURED) != 0;
  }

  /** Its agent may set weight, maintenance and drain at any time. */
  public boolean agentActs() {
    return (agentState & (CONFIGURED | ENABLED)) == (CONFIGURED | ENABLED);
  }

  /**
   * Its maintenance or drain was set: by a person, by us or by its agent. Otherwise it is that of
   * the tracked server, or the name was not resolved.
   */
  public boolean forced() {
    return status.isEmpty() || (admin & (FORCED_MAINT | FORCED_DRAIN)) != 0;
  }
}
