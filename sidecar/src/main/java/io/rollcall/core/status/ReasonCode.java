package io.rollcall.core.status;

import io.rollcall.core.model.EventKind.Severity;

/**
 * Why something is not as it should be, the worst first. Each code has a section of the same name
 * in {@code docs/troubleshooting.md}, and one command that a person runs next. The name is part of
 * the API: it never changes.
 */
public enum ReasonCode {
  HAPROXY_UNREACHABLE(
      Severity.CRITICAL, "HAProxy's admin socket is unreachable", "systemctl status haproxy"),
  POOL_DOWN(Severity.CRITICAL, "no member of the pool is up", "rollcall members"),
  POOL_MISCONFIGURED(
      Severity.WARNING, "HAProxy's configuration does not fit the settings", "rollcall doctor"),
  STEP_REFUSED(Severity.WARNING, "HAProxy refuses a change", "rollcall plan"),
  REMOVALS_HELD(
      Severity.WARNING, "removals are held: too few would remain", "rollcall release {pool}"),
  MEMBER_FAILED(Severity.WARNING, "it died and was given up", "ssh {ip} systemctl --failed"),
  MEMBER_DOWN(
      Severity.WARNING, "HAProxy's check fails", "curl -v -m 5 -o /dev/null http://{address}/"),
  MEMBER_NOT_READY(
      Severity.WARNING,
      "no check has passed since it joined",
      "curl -v -m 5 -o /dev/null http://{address}/"),
  MEMBER_SUSPECT(
      Severity.WARNING,
      "its Serf agent is gone, the check passes",
      "ssh {ip} systemctl status serf"),
  MEMBER_WAITING(Severity.WARNING, "it has no slot", "rollcall plan"),
  MEMBER_REFUSED(Severity.WARNING, "its address or tags are invalid", "serf members -detailed"),
  POOL_EMPTY(Severity.WARNING, "the pool has no members", "serf members"),
  STATUS_UNKNOWN(Severity.WARNING, "HAProxy was not read yet", "rollcall doctor"),
  SERF_UNREACHABLE(
      Severity.WARNING, "the Serf agent is unreachable by RPC", "systemctl status serf"),
  PIPE_UNREADABLE(
      Severity.WARNING, "the event pipe can't be read", "ls -l /run/rollcall/serf.pipe"),
  STATE_FILE_UNWRITABLE(
      Severity.WARNING, "the server-state file can't be written", "df -h /var/lib/haproxy"),
  MEMORY_UNWRITABLE(
      Severity.WARNING, "the saved state can't be written", "df -h /var/lib/rollcall"),
  JOURNAL_UNWRITABLE(Severity.WARNING, "the journal can't be written", "df -h /var/lib/rollcall"),
  MAIL_UNDELIVERED(Severity.WARNING, "mail is not delivered", "rollcall alert test mail");

  /** Where the sidecar serves {@code docs/troubleshooting.md}. */
  public static final String HELP = "/docs/troubleshooting";

  private final Severity severity;
  private final String meaning;
  private final String command;

  ReasonCode(Severity severity, String meaning, String command) {
    this.severity = severity;
    this.meaning = meaning;
    this.command = command;
  }

  /** In lower case with dashes, {@code member-down}: its name in the API and its section. */
  public String code() {
    return Format.name(this);
  }

  /** {@code WARNING} or {@code CRITICAL}. */
  public Severity severity() {
    return severity;
  }

  /** What it means, in a few words that follow a name. */
  public String meaning() {
    return meaning;
  }

  /**
   * The command to run next, with the placeholders <code>{pool}</code>, <code>{ip}</code> and
   * <code>{address}</code> (with port) to be filled in by {@link NextStep}.
   */
  public String command() {
    return command;
  }

  /** The address of its section, on the sidecar. */
  public String help() {
    return HELP + "#" + code();
  }
}
