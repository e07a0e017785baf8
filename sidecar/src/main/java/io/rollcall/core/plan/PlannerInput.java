package io.rollcall.core.plan;

import io.rollcall.core.model.Announcements;
import io.rollcall.core.model.Endpoint;
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
 * All that the planner looks at for one pool, at one instant.
 *
 * @param roster null while no member list was ever read: then nothing is taken out of rotation
 * @param slots every server line of the backend, as just read
 * @param sticky for slots that drain: their tracked sessions; absent where not asked
 * @param claims backends' own words
 * @param restarted slots of which nothing was accepted yet since HAProxy is another process:
 *     differences are nobody's doing
 * @param answering applications that answered just now, asked by another than HAProxy
 * @param grows this HAProxy can be given more slots
 */
public record PlannerInput(
    Instant now,
    PoolPolicy policy,
    @Nullable Roster roster,
    Map<SlotId, Slot> slots,
    Map<SlotId, TrackedSessions> sticky,
    Announcements claims,
    Set<SlotId> restarted,
    PoolState memory,
    Set<Endpoint> answering,
    boolean grows) {

  /** A view in which nobody was asked, of a HAProxy that does not grow. */
  public PlannerInput(
      Instant now,
      PoolPolicy policy,
      @Nullable Roster roster,
      Map<SlotId, Slot> slots,
      Map<SlotId, TrackedSessions> sticky,
      Announcements claims,
      Set<SlotId> restarted,
      PoolState memory) {
    this(now, policy, roster, slots, sticky, claims, restarted, memory, Set.of(), false);
  }

  /** It is in its state for as long as a suspect may stay in rotation. */
  public boolean overdue(Occupant o) {
    return !now.isBefore(o.since().plus(policy.suspectTimeout()));
  }

  public boolean restarted(Slot slot) {
    return restarted.contains(slot.id());
  }

  /** The same instant with another memory. */
  public PlannerInput with(PoolState next) {
    return new PlannerInput(
        now, policy, roster, slots, sticky, claims, restarted, next, answering, grows);
  }

  /** As one who can't read the member list sees it. */
  public PlannerInput unlisted() {
    return new PlannerInput(
        now, policy, null, slots, sticky, claims, restarted, memory, answering, grows);
  }

  /** With joining applications that somebody else than HAProxy has just seen answer. */
  public PlannerInput answering(Set<Endpoint> seen) {
    return new PlannerInput(
        now, policy, roster, slots, sticky, claims, restarted, memory, seen, grows);
  }

  /** Of a HAProxy that can be given more slots, or cannot. */
  public PlannerInput growing(boolean can) {
    return new PlannerInput(
        now, policy, roster, slots, sticky, claims, restarted, memory, answering, can);
  }

  /** The slot with HAProxy's number of a server; null where none has it. */
  public @Nullable SlotId slot(int serverId) {
    return slots.values().stream()
        .filter(slot -> slot.serverId() == serverId)
        .map(Slot::id)
        .findFirst()
        .orElse(null);
  }

  /** How many slots are free, or parked, with these occupants. */
  public long spare(Map<SlotId, Occupant> occupants) {
    return slots.keySet().stream()
        .map(occupants::get)
        .filter(o -> o == null || o.state() == SlotState.PARKED)
        .count();
  }

  /**
   * Tracked sessions of a slot.
   *
   * @param lastSeen when the newest of them was used last; null where there is none
   */
  public record TrackedSessions(int sessions, @Nullable Instant lastSeen) {}
}
