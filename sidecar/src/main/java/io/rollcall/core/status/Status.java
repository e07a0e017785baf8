package io.rollcall.core.status;

import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.ServerCounters;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be shown, at one instant. The components have the names of the JSON status. A
 * value that is unknown now is null, never an old value. Names, tags and texts may be foreign text.
 *
 * @param at the instant of this status; ages are counted up to it
 * @param events the newest events of the journal, oldest first
 * @param mail null if no mail is configured
 */
public record Status(
    Instant at,
    Balancer balancer,
    SerfStatus serf,
    HaproxyStatus haproxy,
    List<PoolStatus> pools,
    List<PeerBalancer> fleet,
    List<EventRecord> events,
    @Nullable MailStatus mail) {
  /** The status of a sidecar without mail. */
  public Status(
      Instant at,
      Balancer balancer,
      SerfStatus serf,
      HaproxyStatus haproxy,
      List<PoolStatus> pools,
      List<PeerBalancer> fleet,
      List<EventRecord> events) {
    this(at, balancer, serf, haproxy, pools, fleet, events, null);
  }

  public Status {
    pools = List.copyOf(pools);
    fleet = List.copyOf(fleet);
    events = List.copyOf(events);
  }

  /** The same facts at another instant. */
  public Status at(Instant now) {
    return new Status(now, balancer, serf, haproxy, pools, fleet, events, mail);
  }

  /**
   * The sidecar itself.
   *
   * @param name the balancer's name in the gossip, null while it is unknown
   * @param reasons why it is not in sync, the worst first; each is a complete sentence
   * @param health the worst severity of its problems
   * @param problems what is not as it should be, the worst first
   */
  public record Balancer(
      @Nullable String name,
      String version,
      Instant startedAt,
      BalancerState state,
      List<String> reasons,
      HealthStatus health,
      List<StatusProblem> problems) {
    public Balancer {
      reasons = List.copyOf(reasons);
      problems = List.copyOf(problems);
    }

    /** A balancer whose health follows from its problems. */
    public Balancer(
        @Nullable String name,
        String version,
        Instant startedAt,
        BalancerState state,
        List<String> reasons,
        List<StatusProblem> problems) {
      this(name, version, startedAt, state, reasons, HealthStatus.of(problems), problems);
    }
  }

  /**
   * What the Serf agent reports.
   *
   * @param healthScore the agent's own score, 0 is best
   * @param rpcKey the RPC requires a key
   * @param lastEventAt when its event handlers last wrote to the pipe
   * @param lastResyncAt when the whole member list was last read
   */
  public record SerfStatus(
      boolean reachable,
      @Nullable Integer members,
      @Nullable Integer alive,
      @Nullable Integer failed,
      @Nullable Integer left,
      @Nullable Integer healthScore,
      @Nullable Boolean encrypted,
      @Nullable Boolean rpcKey,
      @Nullable Instant lastEventAt,
      @Nullable Instant lastResyncAt) {}

  /**
   * The HAProxy process.
   *
   * @param requestRate requests in the last second
   * @param restartsSeen restarts of HAProxy since the sidecar started
   * @param lastReadAt when its slots were last read
   * @param oldWorkers pids of processes that a reload replaced and that still run, or may
   */
  public record HaproxyStatus(
      boolean reachable,
      @Nullable String version,
      @Nullable Integer pid,
      @Nullable Long uptimeSeconds,
      @Nullable Integer currentConnections,
      @Nullable Integer requestRate,
      int restartsSeen,
      @Nullable Instant lastReadAt,
      List<Integer> oldWorkers) {
    public HaproxyStatus {
      oldWorkers = List.copyOf(oldWorkers);
    }

    /** No reload left a process behind. */
    public HaproxyStatus(
        boolean reachable,
        @Nullable String version,
        @Nullable Integer pid,
        @Nullable Long uptimeSeconds,
        @Nullable Integer currentConnections,
        @Nullable Integer requestRate,
        int restartsSeen,
        @Nullable Instant lastReadAt) {
      this(
          reachable,
          version,
          pid,
          uptimeSeconds,
          currentConnections,
          requestRate,
          restartsSeen,
          lastReadAt,
          List.of());
    }
  }

  /**
   * One HAProxy backend.
   *
   * @param held the removal of a member is held
   * @param others servers that are not slots and get requests, without backups
   * @param observe it is only observed: nothing is sent to HAProxy
   * @param planned what would be done now, one line for each slot; empty unless it is observed
   */
  public record PoolStatus(
      String backend,
      boolean held,
      SlotCounts slots,
      DriftCount drift,
      List<MemberRow> members,
      int others,
      boolean observe,
      List<String> planned) {
    /** A pool that is managed. */
    public PoolStatus(
        String backend, boolean held, SlotCounts slots, DriftCount drift, List<MemberRow> members) {
      this(backend, held, slots, drift, members, 0, false, List.of());
    }

    public PoolStatus {
      planned = List.copyOf(planned);
      members = List.copyOf(members);
    }

    /** Whether HAProxy was read, so that the state of the members is known. */
    public boolean known() {
      return slots.total() != null;
    }
  }

  /** The slots of a pool; {@code used} counts every occupied one, parked ones too. */
  public record SlotCounts(
      @Nullable Integer total, @Nullable Integer free, @Nullable Integer used) {}

  /** Differences that Rollcall did not cause, since its state was first saved. */
  public record DriftCount(long found, long repaired) {}

  /**
   * One member of a pool.
   *
   * @param slot the name of its server in HAProxy, null if it has none
   * @param since when its state began
   * @param why the reason for its state, in a few words
   * @param held its removal is held
   * @param intent what an operator set for it, null for nothing
   * @param check the status of HAProxy's last check, {@code L7OK}
   * @param weight its weight in HAProxy, 0 to 256
   * @param requestRate requests in the last second
   * @param errors connection and response errors since HAProxy started
   * @param reason why it needs attention, null if it needs none
   * @param counters what else HAProxy counts of it
   * @param drain what it waits for while it drains, else null
   */
  public record MemberRow(
      String name,
      @Nullable String address,
      @Nullable Integer port,
      @Nullable String slot,
      MemberState state,
      Instant since,
      String why,
      boolean held,
      @Nullable String intent,
      MemberStatus gossip,
      @Nullable String check,
      Map<String, String> tags,
      @Nullable Integer weight,
      SessionCounts sessions,
      @Nullable Integer requestRate,
      @Nullable Long errors,
      @Nullable ReasonCode reason,
      @Nullable ServerCounters counters,
      @Nullable DrainProgress drain) {
    public MemberRow {
      tags = Map.copyOf(tags);
    }
  }

  /**
   * Sessions of a member.
   *
   * @param sticky sessions in the tracking table
   * @param current requests in progress
   * @param total sessions since HAProxy started
   */
  public record SessionCounts(
      @Nullable Integer sticky, @Nullable Integer current, @Nullable Long total) {
    public static final SessionCounts UNKNOWN = new SessionCounts(null, null, null);
  }

  /**
   * Another balancer.
   *
   * @param state its state in the gossip
   * @param agrees whether it sees the same members, null if unknown
   */
  public record PeerBalancer(
      String name, @Nullable String address, MemberStatus state, @Nullable Boolean agrees) {}

  /**
   * The state of mail delivery.
   *
   * @param undelivered mails that the server has not accepted yet
   * @param dropped mails that were given up, since the spool was created
   * @param lastSentAt when the server last accepted a mail, since the sidecar started
   * @param lastError why the last attempt failed; null if it succeeded
   */
  public record MailStatus(
      int undelivered,
      long dropped,
      @Nullable Instant lastSentAt,
      @Nullable String lastError,
      @Nullable Instant lastErrorAt) {}

  /**
   * One event of the journal.
   *
   * @param id increases from event to event, across restarts too
   * @param text what happened and why, readable by itself
   * @param tookMicros microseconds from the cause to the effect, null if nothing was done
   * @param effect what was sent to HAProxy for it, null for nothing
   */
  public record EventRecord(
      long id,
      Instant at,
      String kind,
      @Nullable String member,
      @Nullable String pool,
      @Nullable String slot,
      String text,
      @Nullable Long tookMicros,
      @Nullable String effect) {
    /** An event for which nothing was sent to HAProxy. */
    public EventRecord(
        long id,
        Instant at,
        String kind,
        @Nullable String member,
        @Nullable String pool,
        @Nullable String slot,
        String text,
        @Nullable Long tookMicros) {
      this(id, at, kind, member, pool, slot, text, tookMicros, null);
    }
  }
}
