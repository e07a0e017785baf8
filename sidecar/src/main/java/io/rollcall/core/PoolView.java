package io.rollcall.core;

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
public record PoolView(
    Instant now,
    PoolPolicy policy,
    @Nullable Roster roster,
    Map<SlotId, Slot> slots,
    Map<SlotId, Sticky> sticky,
    Claims claims,
    Set<SlotId> restarted,
    PoolMemory memory,
    Set<Endpoint> answering,
    boolean grows) {

  /** A view in which nobody was asked, of a HAProxy that does not grow. */
  public PoolView(
      Instant now,
      PoolPolicy policy,
      @Nullable Roster roster,
      Map<SlotId, Slot> slots,
      Map<SlotId, Sticky> sticky,
      Claims claims,
      Set<SlotId> restarted,
      PoolMemory memory) {
    this(now, policy, roster, slots, sticky, claims, restarted, memory, Set.of(), false);
  }

  /** It is in its state for as long as a suspect may stay in rotation. */
  boolean overdue(Occupant o) {
    return !now.isBefore(o.since().plus(policy.suspectTimeout()));
  }

  boolean restarted(Slot slot) {
    return restarted.contains(slot.id());
  }

  /** The same instant with another memory. */
  public PoolView with(PoolMemory next) {
    return new PoolView(
        now, policy, roster, slots, sticky, claims, restarted, next, answering, grows);
  }

  /** As one who can't read the member list sees it. */
  public PoolView unlisted() {
    return new PoolView(
        now, policy, null, slots, sticky, claims, restarted, memory, answering, grows);
  }

  /** With joining applications that somebody else than HAProxy has just seen answer. */
  public PoolView answering(Set<Endpoint> seen) {
    return new PoolView(now, policy, roster, slots, sticky, claims, restarted, memory, seen, grows);
  }

  /** Of a HAProxy that can be given more slots, or cannot. */
  public PoolView growing(boolean can) {
    return new PoolView(
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
  long spare(Map<SlotId, Occupant> occupants) {
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
  public record Sticky(int sessions, @Nullable Instant lastSeen) {}
}
