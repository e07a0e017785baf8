package io.rollcall.core.model;

import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is saved of a pool in {@code state.dir}, because HAProxy can't hold it.
 *
 * @param occupants the members in the slots; a slot that is not named is free
 * @param intents by member name
 * @param waiting members that want a slot and have none, by name
 * @param known members that served before the first failure that is not yet recovered, and when
 *     they were lost (or first seen, for those that serve)
 * @param held members whose removal after a failure is withheld
 * @param released members whose removal an operator released, until they recover
 * @param driftFound differences found in HAProxy that were not asked for, since the state began
 * @param driftRepaired how many of them were repaired, as was read back
 */
public record PoolState(
    SortedMap<SlotId, Occupant> occupants,
    SortedMap<String, Intent> intents,
    SortedMap<String, Waiting> waiting,
    SortedMap<String, Instant> known,
    SortedSet<String> held,
    SortedSet<String> released,
    long driftFound,
    long driftRepaired) {
  public static final PoolState EMPTY =
      new PoolState(
          new TreeMap<>(),
          new TreeMap<>(),
          new TreeMap<>(),
          new TreeMap<>(),
          new TreeSet<>(),
          new TreeSet<>(),
          0,
          0);

  /**
   * A member without a slot.
   *
   * @param refused its address or tags are invalid
   * @param gaveWay it had a slot, its check never passed, and others waited
   * @param starting it wants none yet: its application is starting
   */
  public record Waiting(
      Instant since, String why, boolean refused, boolean gaveWay, boolean starting) {
    public Waiting(Instant since, String why, boolean refused) {
      this(since, why, refused, false, false);
    }

    /** The same since another time. */
    public Waiting since(Instant time) {
      return new Waiting(time, why, refused, gaveWay, starting);
    }
  }

  public PoolState {
    occupants = copy(occupants);
    intents = copy(intents);
    waiting = copy(waiting);
    known = copy(known);
    held = Collections.unmodifiableSortedSet(new TreeSet<>(held));
    released = Collections.unmodifiableSortedSet(new TreeSet<>(released));
  }

  // By hand: two states mostly have the same occupants, in the same order, and are compared often.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PoolState state
        && driftFound == state.driftFound
        && driftRepaired == state.driftRepaired
        && same(occupants, state.occupants)
        && intents.equals(state.intents)
        && waiting.equals(state.waiting)
        && same(known, state.known)
        && held.equals(state.held)
        && released.equals(state.released);
  }

  @Override
  public int hashCode() {
    return Objects.hash(occupants, intents, waiting, known, held, released, driftFound);
  }

  /** Both are in the same order. */
  private static <K, V> boolean same(SortedMap<K, V> one, SortedMap<K, V> other) {
    if (one.size() != other.size()) {
      return false;
    }
    var next = other.entrySet().iterator();
    for (var entry : one.entrySet()) {
      var with = next.next();
      if (!Objects.equals(entry.getKey(), with.getKey())
          || !Objects.equals(entry.getValue(), with.getValue())) {
        return false;
      }
    }
    return true;
  }

  /**
   * The members that were present when the state was saved, as they would look in a member list
   * from which this pool selects.
   */
  public List<Member> remembered(PoolPolicy policy) {
    return occupants.values().stream()
        .filter(o -> !o.isUnnamed())
        .filter(o -> o.isActive() || isTakenOut(o))
        .map(o -> {
          var tags = new HashMap<>(policy.match());
          tags.put(policy.options().portTag(), String.valueOf(o.endpoint().port()));
          tags.put("boot", o.boot());
          put(tags, "weight", o.service().weight());
          put(tags, "maxconn", o.service().maxconn());
          return new Member(o.member(), o.endpoint().ip(), MemberStatus.ALIVE, tags);
        })
        .toList();
  }

  private static void put(Map<String, String> tags, String key, @Nullable Integer value) {
    if (value != null) {
      tags.put(key, value.toString());
    }
  }

  /** An operator took it out, and can undo that even while no member list is readable. */
  private boolean isTakenOut(Occupant o) {
    Intent intent = intents.get(o.member());
    Intent.Action action = intent == null ? null : intent.action();
    return !o.byFailure() && (action == Intent.Action.DRAIN || action == Intent.Action.MAINT);
  }

  /** A member takes requests, as was last read. */
  public boolean hasServing() {
    return occupants.values().stream().anyMatch(o -> o.inRotation() && o.down() == null);
  }

  /** With the action of an operator whose name is not known. */
  public PoolState withAction(OperatorAction action, Instant now) {
    return withAction(action, Intent.BY_API, now);
  }

  /**
   * With an operator's action; it takes effect with the next plan.
   *
   * @param by the operator's name
   */
  public PoolState withAction(OperatorAction action, String by, Instant now) {
    return switch (action) {
      case OperatorAction.SetState set -> {
        Intent before = intents.get(set.member());
        Integer weight = before == null ? null : before.weight();
        yield withIntent(
            set.member(), new Intent(set.action(), weight, by, now, set.reason(), set.until()));
      }
      case OperatorAction.SetWeightTo set -> {
        Intent before = intents.get(set.member());
        yield withIntent(
            set.member(),
            before == null
                ? new Intent(null, set.weight(), by, now)
                : new Intent(
                    before.action(), set.weight(), by, now, before.reason(), before.until()));
      }
      case OperatorAction.ClearIntent clear -> withIntent(clear.member(), null);
      case OperatorAction.ReleaseHold _ -> {
        var more = new TreeSet<>(released);
        more.addAll(held);
        yield with(null, null, null, more);
      }
      case OperatorAction.Resync _ -> this;
    };
  }

  /** An unmanaged server has a name now: all that is saved of it goes by that. */
  public PoolState withName(Occupant unmanaged, String name) {
    return replaced(unmanaged, unmanaged.withMember(name))
        .with(null, renamed(intents, unmanaged.member(), name), null, null);
  }

  /**
   * Another member has the occupant's address. Intents stay with the former member, and its tracked
   * sessions are to be cleared.
   */
  public PoolState withSuccessor(Occupant former, String name) {
    return replaced(former, former.withMember(name).withCleared(false));
  }

  private PoolState replaced(Occupant former, Occupant next) {
    var slots = new TreeMap<>(occupants);
    slots.replaceAll((_, o) -> o.equals(former) ? next : o);
    return with(slots, null, renamed(known, former.member(), next.member()), null);
  }

  /** With this intent, or with none. */
  public PoolState withIntent(String member, @Nullable Intent intent) {
    var next = new TreeMap<>(intents);
    next.compute(member, (_, _) -> intent);
    return with(null, next, null, null);
  }

  /** Null for what stays. */
  private PoolState with(
      @Nullable SortedMap<SlotId, Occupant> nextOccupants,
      @Nullable SortedMap<String, Intent> nextIntents,
      @Nullable SortedMap<String, Instant> nextKnown,
      @Nullable SortedSet<String> nextReleased) {
    return new PoolState(
        nextOccupants == null ? occupants : nextOccupants,
        nextIntents == null ? intents : nextIntents,
        waiting,
        nextKnown == null ? known : nextKnown,
        held,
        nextReleased == null ? released : nextReleased,
        driftFound,
        driftRepaired);
  }

  private static <V> SortedMap<String, V> renamed(
      SortedMap<String, V> map, String from, String to) {
    var next = new TreeMap<>(map);
    V value = next.remove(from);
    if (value != null) {
      next.putIfAbsent(to, value);
    }
    return next;
  }

  /** Null values can come from a file. */
  private static <K extends Comparable<K>, V> SortedMap<K, V> copy(Map<K, V> map) {
    map.values().forEach(Objects::requireNonNull);
    return Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }
}
