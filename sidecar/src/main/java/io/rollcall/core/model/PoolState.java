package io.rollcall.core.model;

import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a pool because HAProxy can't hold it; kept in {@code state.dir}.
 *
 * @param occupants who is in which slot; a slot that is not named is free
 * @param intents by member name
 * @param waiting members that want a slot and have none, by name
 * @param known names that served before the first failure that is not yet recovered, and when they
 *     were lost (or first seen, for those that serve)
 * @param held names whose removal by failure is withheld
 * @param released names whose removal an operator let go, until they are back
 * @param driftFound differences nobody asked for, since the memory began
 * @param driftRepaired how many of them were put right, as was seen by reading back
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
   * @param refused it has none because of what it says of itself
   */
  public record Waiting(Instant since, String why, boolean refused) {}

  public PoolState {
    occupants = sorted(occupants);
    intents = sorted(intents);
    waiting = sorted(waiting);
    known = sorted(known);
    held = Collections.unmodifiableSortedSet(new TreeSet<>(held));
    released = Collections.unmodifiableSortedSet(new TreeSet<>(released));
  }

  /** Whom it knows to be there, as they would look in a member list that this pool selects from. */
  public List<Member> remembered(PoolPolicy policy) {
    return occupants.values().stream()
        .filter(o -> !o.stranger())
        .filter(o -> o.seatedNow() || restsByIntent(o))
        .map(o -> {
          var tags = new HashMap<>(policy.match());
          tags.put("port", String.valueOf(o.endpoint().port()));
          tags.put("boot", o.boot());
          tags.put("weight", String.valueOf(o.service().weight()));
          tags.put("maxconn", String.valueOf(o.service().maxconn()));
          return new Member(o.member(), o.endpoint().ip(), MemberStatus.ALIVE, tags);
        })
        .toList();
  }

  /** A person keeps it out, and may lift that when nobody else can tell that it is there. */
  private boolean restsByIntent(Occupant o) {
    Intent.Action action = action(o.member());
    return !o.byFailure() && (action == Intent.Action.DRAIN || action == Intent.Action.MAINT);
  }

  /** Somebody takes requests, by what was found last. */
  public boolean served() {
    return occupants.values().stream().anyMatch(o -> o.inRotation() && o.down() == null);
  }

  /** This memory with the order in it; it takes effect with the next plan. */
  public PoolState obeying(OperatorAction order, Instant now) {
    return switch (order) {
      case OperatorAction.SetState act ->
          intent(act.member(), act.action(), weight(act.member()), now);
      case OperatorAction.SetWeightTo weigh ->
          intent(weigh.member(), action(weigh.member()), weigh.weight(), now);
      case OperatorAction.ClearIntent lift -> with(without(lift.member()), released);
      case OperatorAction.ReleaseHold _ -> {
        var more = new TreeSet<>(released);
        more.addAll(held);
        yield with(intents, more);
      }
      case OperatorAction.Resync _ -> this;
    };
  }

  /** This memory once a stranger has a name: all that was kept of it goes by that. */
  public PoolState named(Occupant stranger, String name) {
    return succeeded(stranger, stranger.named(name))
        .with(renamed(intents, stranger.member(), name), released);
  }

  /**
   * This memory once another member has the occupant's address. Intents are the member's own, and
   * what is tracked of the former one is to go.
   */
  public PoolState succeeded(Occupant former, String name) {
    return succeeded(former, former.named(name).withCleared(false));
  }

  private PoolState succeeded(Occupant former, Occupant next) {
    return new PoolState(
        seatOf(former, next),
        intents,
        waiting,
        renamed(known, former.member(), next.member()),
        held,
        released,
        driftFound,
        driftRepaired);
  }

  /**
   * This memory where these slots are as they were before; whom it had put there waits.
   *
   * @param absent slots that HAProxy does not have: who was in one of them has none
   * @param drift how many differences were found there
   */
  public PoolState keeping(Set<SlotId> slots, Set<SlotId> absent, long drift, PoolState before) {
    var kept = new TreeMap<>(occupants);
    kept.keySet().removeAll(slots);
    var lost = new TreeMap<>(known);
    for (SlotId slot : slots) {
      Occupant was = absent.contains(slot) ? null : before.occupants().get(slot);
      if (was != null) {
        // its address was not free for another after all
        kept.values()
            .removeIf(o -> o.state() == SlotState.PREPARED && o.endpoint().equals(was.endpoint()));
        kept.put(slot, was);
        Instant since = before.known().get(was.member());
        lost.computeIfPresent(was.member(), (_, now) -> since == null ? now : since);
      }
    }
    var waits = new TreeMap<>(waiting);
    occupants
        .values()
        .forEach(o -> {
          if (kept.values().stream().noneMatch(k -> k.member().equals(o.member()))) {
            var now = new Waiting(o.since(), "its slot or address is not free yet", false);
            waits.put(o.member(), before.waiting().getOrDefault(o.member(), now));
          }
        });
    return new PoolState(
        kept,
        intents,
        waits,
        lost,
        held,
        released,
        Math.max(before.driftFound(), driftFound - drift),
        driftRepaired);
  }

  private SortedMap<SlotId, Occupant> seatOf(Occupant former, Occupant next) {
    var seats = new TreeMap<>(occupants);
    seats.replaceAll((_, o) -> o.equals(former) ? next : o);
    return seats;
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

  private Intent.@Nullable Action action(String member) {
    Intent before = intents.get(member);
    return before == null ? null : before.action();
  }

  private @Nullable Integer weight(String member) {
    Intent before = intents.get(member);
    return before == null ? null : before.weight();
  }

  private PoolState intent(
      String member, Intent.@Nullable Action action, @Nullable Integer weight, Instant now) {
    var next = new TreeMap<>(intents);
    next.put(member, new Intent(action, weight, Intent.BY_API, now));
    return with(next, released);
  }

  private SortedMap<String, Intent> without(String member) {
    var next = new TreeMap<>(intents);
    next.remove(member);
    return next;
  }

  private PoolState with(SortedMap<String, Intent> nextIntents, SortedSet<String> nextReleased) {
    return new PoolState(
        occupants, nextIntents, waiting, known, held, nextReleased, driftFound, driftRepaired);
  }

  /** A text that was read may lack what no memory lacks. */
  private static <K extends Comparable<K>, V> SortedMap<K, V> sorted(Map<K, V> map) {
    map.values().forEach(Objects::requireNonNull);
    return Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }
}
