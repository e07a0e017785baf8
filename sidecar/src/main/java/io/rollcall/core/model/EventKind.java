package io.rollcall.core.model;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an event is about. The wire name is part of the API and of the journal's format: it never
 * changes. A kind that ends an outage has the name of the kind that began it, with {@code up} in
 * place of {@code down}, and its text contains the length of the outage.
 */
public enum EventKind {
  ASSIGNED("assigned", Severity.INFO, "A member was given a free slot."),
  WAITING("waiting", Severity.INFO, "A member has no slot yet; the text says why."),
  JOINING(
      "joining",
      Severity.INFO,
      "A slot is checked before it takes requests: for the first time, or again after a change."),
  SERVING("serving", Severity.INFO, "A member takes requests."),
  ADOPTED("adopted", Severity.INFO, "A server found in rotation was assigned to its slot."),
  RESTARTED(
      "restarted",
      Severity.INFO,
      "A member's application restarted at the same address; its tracked sessions were cleared."),
  LIMITS(
      "limits",
      Severity.INFO,
      "The weight or maxconn of a member in rotation was set, as its tags or the configuration say."),
  DRAINING("draining", Severity.INFO, "A member takes no new sessions; those it has may end."),
  PARKED("parked", Severity.INFO, "A member left rotation; its slot keeps the address for it."),
  REMOVING(
      "removing",
      Severity.WARNING,
      "A member that failed is taken out of rotation; sessions it has may end."),
  FAILED(
      "failed",
      Severity.WARNING,
      "A member that failed is out of rotation; its slot keeps the address for its return."),
  FREED("freed", Severity.INFO, "A slot has no member any more."),
  SESSIONS(
      "sessions",
      Severity.INFO,
      "How many tracked sessions of a parked member moved to other members, and how many were lost."),
  CUT(
      "cut",
      Severity.WARNING,
      "Requests or sessions were ended: they outlasted the drain of a slot that another member needs, or"
          + " the pool cuts them when a member no longer matches."),
  DOWN("down", Severity.WARNING, "HAProxy's check of a member in rotation fails."),
  UP("up", Severity.INFO, "HAProxy's check of a member in rotation passes again."),
  SUSPECT(
      "suspect",
      Severity.WARNING,
      "Serf lost a member; it stays in rotation while HAProxy's check passes."),
  HELD(
      "held",
      Severity.WARNING,
      "The removal of a failed member is withheld, because too few members would remain."),
  RELEASED("released", Severity.INFO, "The removal of a member is no longer withheld."),
  POOL_DOWN("pool-down", Severity.CRITICAL, "No member of the pool takes requests any more."),
  POOL_UP("pool-up", Severity.INFO, "A member of the pool takes requests again."),
  REFUSED("refused", Severity.WARNING, "A tag or address of a member is invalid and not applied."),
  DRIFT(
      "drift",
      Severity.WARNING,
      "A slot in HAProxy differed from what was last set, and was repaired."),
  INTENT(
      "intent", Severity.INFO, "A change made by hand on the admin socket was taken as intended."),
  OPERATOR("operator", Severity.INFO, "An operator's action over HTTP."),
  GROWN("grown", Severity.INFO, "A slot was added to HAProxy."),
  SHRUNK("shrunk", Severity.INFO, "An added slot that is no longer used was removed from HAProxy."),
  HAPROXY_RESTARTED("haproxy", Severity.INFO, "HAProxy restarted or was reloaded."),
  HAPROXY_DOWN("haproxy-down", Severity.CRITICAL, "HAProxy's admin socket is unreachable."),
  HAPROXY_UP("haproxy-up", Severity.INFO, "HAProxy's admin socket recovered."),
  SERF_DOWN("serf-down", Severity.WARNING, "The Serf agent is unreachable by RPC."),
  SERF_UP("serf-up", Severity.INFO, "The Serf agent recovered."),
  PIPE_DOWN("pipe-down", Severity.WARNING, "The event pipe can't be read."),
  PIPE_UP("pipe-up", Severity.INFO, "The event pipe recovered."),
  MAIL_DOWN(
      "mail-down",
      Severity.WARNING,
      "Mail can't be delivered, or the mails that wait can't be saved."),
  MAIL_UP("mail-up", Severity.INFO, "Mail delivery recovered."),
  DISK_DOWN(
      "disk-down", Severity.WARNING, "The state file, the memory or the journal can't be written."),
  DISK_UP("disk-up", Severity.INFO, "The state file, the memory or the journal recovered."),
  MAIL("mail", Severity.INFO, "A mail was accepted by the mail server, or given up."),
  JOURNAL("journal", Severity.WARNING, "Events are missing from the journal on disk."),
  RESYNC(
      "resync",
      Severity.INFO,
      "A line of the event pipe asked to read the member list again.",
      true),
  PIPE("pipe", Severity.WARNING, "A line of the event pipe or a payload is malformed.", true),
  IGNORED(
      "ignored",
      Severity.INFO,
      "An announcement of a member was ignored, because its boot is not in the member list.",
      true),
  UNDONE(
      "undone",
      Severity.WARNING,
      "An announcement of a member was undone, because the member list never confirmed it.",
      true);

  /** How much attention an event needs. */
  public enum Severity {
    /** Normal operation. */
    INFO,
    /** Something works worse than it should, or was repaired. */
    WARNING,
    /** Users are affected, or changes can't be applied. */
    CRITICAL
  }

  private static final Map<String, EventKind> BY_WIRE =
      Collections.unmodifiableMap(
          Arrays.stream(values()).collect(Collectors.toMap(EventKind::wire, Function.identity())));

  private final String wire;
  private final Severity severity;
  private final String description;
  private final boolean noisy;

  EventKind(String wire, Severity severity, String description) {
    this(wire, severity, description, false);
  }

  EventKind(String wire, Severity severity, String description, boolean noisy) {
    this.wire = wire;
    this.severity = severity;
    this.description = description;
    this.noisy = noisy;
  }

  /** Its name in the API and in the journal: lower case letters and dashes. */
  public String wire() {
    return wire;
  }

  public Severity severity() {
    return severity;
  }

  /** One sentence for the documentation. */
  public String description() {
    return description;
  }

  /**
   * Anybody in the gossip can cause it at will, each time with another text: it is recorded once
   * and then counted for a while, whatever its text.
   */
  public boolean noisy() {
    return noisy;
  }

  /** The kind of this wire name; null if this version does not know it. */
  public static @Nullable EventKind ofWire(String wire) {
    return BY_WIRE.get(wire);
  }
}
