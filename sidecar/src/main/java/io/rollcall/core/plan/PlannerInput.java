package io.rollcall.core.plan;

import io.rollcall.core.model.Announcements;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.LocalAddresses;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that the planner reads of one pool, at one instant. {@link #builder} makes one.
 *
 * @param roster null while the member list was never read: then nothing is taken out of rotation
 * @param slots the servers of the backend that Rollcall manages, as just read
 * @param unmanaged all others of the backend: never touched
 * @param sticky tracked sessions by slot; absent if they were not counted
 * @param claims what backends announced of themselves
 * @param restarted slots of which no change was accepted since HAProxy restarted: differences are
 *     not drift
 * @param memory the saved state of the pool
 * @param answering applications that have just answered a readiness probe of ours
 * @param awaited applications that are asked and have not answered yet: their members do not join
 * @param grows this HAProxy can add slots
 * @param keepsPrivate this HAProxy keeps private connections to a server whose address changes
 * @param local addresses that no member has
 * @param subset the members that this balancer takes; null for all
 * @param matched a member has fulfilled the pool's rule since the sidecar's start; otherwise the
 *     rule may be wrong, and nothing is taken out of rotation because of it
 */
public record PlannerInput(
    Instant now,
    PoolPolicy policy,
    @Nullable Roster roster,
    Map<SlotId, Slot> slots,
    Map<SlotId, Slot> unmanaged,
    Map<SlotId, TrackedSessions> sticky,
    Announcements claims,
    Set<SlotId> restarted,
    PoolState memory,
    Set<Endpoint> answering,
    Set<Endpoint> awaited,
    boolean grows,
    boolean keepsPrivate,
    LocalAddresses local,
    @Nullable Set<String> subset,
    boolean matched) {
  /**
   * Tracked sessions of a slot.
   *
   * @param lastSeen when the newest of them was used last; null if there is none
   */
  public record TrackedSessions(int sessions, @Nullable Instant lastSeen) {}

  /** Of a pool of which nothing is known yet, to be completed. */
  public static PlannerInputBuilder builder(Instant now, PoolPolicy policy) {
    return new PlannerInputBuilder(now, policy);
  }

  /** The same, to be changed. */
  public PlannerInputBuilder toBuilder() {
    return new PlannerInputBuilder(now, policy)
        .roster(roster)
        .servers(slots)
        .servers(unmanaged)
        .sticky(sticky)
        .claims(claims)
        .restarted(restarted)
        .memory(memory)
        .answering(answering)
        .awaited(awaited)
        .grows(grows)
        .keepsPrivate(keepsPrivate)
        .local(local)
        .subset(subset)
        .matched(matched);
  }

  /** The server with this address that is not a slot; null for none. */
  public @Nullable Slot unmanagedAt(Endpoint endpoint) {
    return unmanaged.values().stream()
        .filter(server -> endpoint.equals(server.endpoint()))
        .findFirst()
        .orElse(null);
  }

  /** Where the member's application listens, by its address and tags. */
  public Endpoint endpoint(Member member) {
    return new MemberTags(member, this).endpoint();
  }

  /** The slot with HAProxy's number of a server; null for none. */
  public @Nullable SlotId slot(int serverId) {
    return slots.values().stream()
        .filter(slot -> slot.serverId() == serverId)
        .map(Slot::id)
        .findFirst()
        .orElse(null);
  }

  /** It has been in its state for as long as a suspect may stay in rotation. */
  boolean isOverdue(Occupant o) {
    return !now.isBefore(o.since().plus(policy.suspectTimeout()));
  }

  /** It joins for longer than the pool allows. */
  public boolean isLate(Occupant o) {
    return o.state() == SlotState.JOINING && !now.isBefore(o.since().plus(policy.joinTimeout()));
  }

  /** It served before: gossip alone does not keep it from returning behind its check. */
  boolean hasServed(Occupant o) {
    return memory.known().containsKey(o.member());
  }

  boolean restarted(Slot slot) {
    return restarted.contains(slot.id());
  }

  /** The member is in the subset of the pool that this balancer takes. */
  boolean takes(String member) {
    return subset == null || subset.contains(member);
  }

  /** How many slots are free or parked, with these occupants. */
  long spare(Map<SlotId, Occupant> occupants) {
    return slots.keySet().stream()
        .map(occupants::get)
        .filter(o -> o == null || o.state() == SlotState.PARKED)
        .count();
  }
}
