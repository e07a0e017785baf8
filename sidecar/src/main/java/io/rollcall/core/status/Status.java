package io.rollcall.core.status;

import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything there is to show, at one instant. The components have the names of the JSON status. An
 * unknown value is null, never an old one. Names, tags and texts hold foreign text: every view
 * escapes.
 *
 * @param events the newest of the journal, oldest first
 * @param mail null where no mail is sent
 */
public record Status(
    Balancer balancer,
    SerfStatus serf,
    HaproxyStatus haproxy,
    List<PoolStatus> pools,
    List<PeerBalancer> fleet,
    List<EventRecord> events,
    @Nullable MailStatus mail) {
  /** A status of a sidecar that sends no mail. */
  public Status(
      Balancer balancer,
      SerfStatus serf,
      HaproxyStatus haproxy,
      List<PoolStatus> pools,
      List<PeerBalancer> fleet,
      List<EventRecord> events) {
    this(balancer, serf, haproxy, pools, fleet, events, null);
  }

  public Status {
    pools = List.copyOf(pools);
    fleet = List.copyOf(fleet);
    events = List.copyOf(events);
  }

  /**
   * The sidecar itself.
   *
   * @param name the balancer's name in the gossip, null while it is not known
   * @param version of the sidecar
   * @param reasons why it is not in sync, the worst first, each readable by itself
   */
  public record Balancer(
      @Nullable String name,
      String version,
      Instant startedAt,
      BalancerState state,
      List<String> reasons) {
    public Balancer {
      reasons = List.copyOf(reasons);
    }
  }

  /**
   * What the Serf agent knows.
   *
   * @param healthScore the agent's own, 0 is best
   * @param lastEventAt when its handlers last wrote into the pipe
   * @param lastResyncAt when the whole member list was last read
   */
  public record SerfStatus(
      boolean reachable,
      @Nullable Integer members,
      @Nullable Integer alive,
      @Nullable Integer failed,
      @Nullable Integer left,
      @Nullable Integer healthScore,
      @Nullable Instant lastEventAt,
      @Nullable Instant lastResyncAt) {}

  /**
   * The HAProxy process.
   *
   * @param requestRate requests of the last second
   * @param restartsSeen since the sidecar started
   * @param lastReadAt when its servers were last read
   */
  public record HaproxyStatus(
      boolean reachable,
      @Nullable String version,
      @Nullable Integer pid,
      @Nullable Long uptimeSeconds,
      @Nullable Integer currentConnections,
      @Nullable Integer requestRate,
      int restartsSeen,
      @Nullable Instant lastReadAt) {}

  /**
   * One HAProxy backend.
   *
   * @param held a removal is withheld
   */
  public record PoolStatus(
      String backend, boolean held, SlotCounts slots, DriftCount drift, List<MemberRow> members) {
    public PoolStatus {
      members = List.copyOf(members);
    }

    /** HAProxy was read, so that it is known who serves. */
    public boolean known() {
      return slots.total() != null;
    }
  }

  /**
   * The slots of a pool.
   *
   * @param used every occupied one, parked ones too
   */
  public record SlotCounts(
      @Nullable Integer total, @Nullable Integer free, @Nullable Integer used) {}

  /** Differences nobody asked for, counted since the memory began. */
  public record DriftCount(long found, long repaired) {}

  /**
   * One member of a pool.
   *
   * @param slot HAProxy's name of its server line, null where it has none
   * @param since when it came into its state
   * @param why the cause of its state, in a few words
   * @param held its removal is withheld
   * @param intent what an operator decided for it, null for nothing
   * @param check the last check's status in HAProxy's words, {@code L7OK}
   * @param weight 0 to 256, as set in HAProxy
   * @param requestRate requests of the last second
   * @param errors connection and response errors since HAProxy started
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
      @Nullable Long errors) {
    public MemberRow {
      tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    }
  }

  /**
   * Sessions of a member.
   *
   * @param sticky that the tracking table names it for
   * @param current requests running now
   * @param total since HAProxy started
   */
  public record SessionCounts(
      @Nullable Integer sticky, @Nullable Integer current, @Nullable Long total) {
    public static final SessionCounts UNKNOWN = new SessionCounts(null, null, null);
  }

  /**
   * Another balancer.
   *
   * @param state what the gossip says of it
   * @param agrees it sees the same members, null where that is not known
   */
  public record PeerBalancer(
      String name, @Nullable String address, MemberStatus state, @Nullable Boolean agrees) {}

  /**
   * Mail on its way.
   *
   * @param undelivered mails that no server has accepted yet
   * @param dropped mails that were given up, since the spool began
   * @param lastSentAt when a server accepted one, since the sidecar started
   * @param lastError why the last attempt failed; null where it did not
   */
  public record MailStatus(
      int undelivered,
      long dropped,
      @Nullable Instant lastSentAt,
      @Nullable String lastError,
      @Nullable Instant lastErrorAt) {}

  /**
   * One line of the journal.
   *
   * @param id increases, across restarts too
   * @param kind one word of what it is about
   * @param text its cause, readable by itself
   * @param tookMicros from the cause to the effect, null where nothing was done
   * @param effect what HAProxy was told for it, null for nothing
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
    /** An event that HAProxy was told nothing for. */
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
