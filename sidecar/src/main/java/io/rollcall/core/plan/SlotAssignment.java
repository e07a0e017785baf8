package io.rollcall.core.plan;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gives slots to members that want one. Two rules go before all others: an unchanged member never
 * moves, and no two slots have one address, for they would have one cookie.
 */
final class SlotAssignment {
  private final PlannerInput view;
  private final PlanBuilder draft;
  private final Map<SlotId, Occupant> occupants;
  private final Map<String, DesiredState> wishes;
  private int lacking;

  SlotAssignment(
      PlannerInput view,
      PlanBuilder draft,
      SortedMap<SlotId, Occupant> occupants,
      Map<String, DesiredState> wishes) {
    this.view = view;
    this.draft = draft;
    this.occupants = occupants;
    this.wishes = wishes;
  }

  /** Seats whom it can, longest waiting first, and returns who waits. */
  SortedMap<String, PoolState.Waiting> seat() {
    var waiting = new TreeMap<String, PoolState.Waiting>();
    Map<String, List<Occupant>> seats =
        occupants.values().stream().collect(Collectors.groupingBy(Occupant::member));
    wishes.entrySet().stream()
        .filter(e -> unseated(seats.getOrDefault(e.getKey(), List.of()), e.getValue()))
        .map(Map.Entry::getKey)
        .sorted(Comparator.comparing(this::waitingSince).thenComparing(Comparator.naturalOrder()))
        .forEach(name -> {
          String why =
              switch (wishes.get(name)) {
                case DesiredState.Serve serve -> place(name, serve);
                case DesiredState.NotYet notYet -> notYet.why();
                case DesiredState.Refuse refuse -> refuse.why();
                case DesiredState.Leave leave -> byIntent(name, leave.why());
                case DesiredState.Rest rest -> byIntent(name, rest.why());
                case DesiredState.Fail _, DesiredState.Keep _ -> null;
                case null -> null;
              };
          if (why != null) {
            waiting.put(name, waits(name, why));
          }
        });
    return waiting;
  }

  /** How many found no slot, although nothing else speaks against them. */
  int lacking() {
    return lacking;
  }

  /**
   * A member that an operator keeps out is shown while it is alive, also when others have its slot.
   */
  private @Nullable String byIntent(String name, String why) {
    Member member = view.roster() == null ? null : view.roster().get(name);
    boolean alive = member != null && member.gossip() == MemberStatus.ALIVE;
    boolean seen = occupants.values().stream().anyMatch(o -> o.member().equals(name));
    return alive && !seen && view.memory().intents().containsKey(name) ? why : null;
  }

  /** It has no slot of what it wants; who wants none yet waits once it has drained. */
  private static boolean unseated(List<Occupant> seats, DesiredState wish) {
    return seats.stream()
        .noneMatch(o ->
            o.seatedNow()
                || (wish instanceof DesiredState.Serve serve
                    ? o.endpoint().equals(serve.endpoint())
                    : o.state() == SlotState.DRAINING));
  }

  private Instant waitingSince(String name) {
    PoolState.Waiting before = view.memory().waiting().get(name);
    return before == null ? view.now() : before.since();
  }

  private PoolState.Waiting waits(String name, String why) {
    PoolState.Waiting before = view.memory().waiting().get(name);
    boolean refused = wishes.get(name) instanceof DesiredState.Refuse;
    if (before == null || !before.why().equals(why)) {
      draft.notes.add(new Event(refused ? EventKind.REFUSED : EventKind.WAITING, name, null, why));
    }
    return new PoolState.Waiting(waitingSince(name), why, refused);
  }

  /** Seats the member, or says why it waits. */
  private @Nullable String place(String name, DesiredState.Serve wish) {
    Optional<SlotId> sameAddress = slotAt(wish.endpoint());
    Occupant holder = sameAddress.map(occupants::get).orElse(null);
    if (holder != null && !givesWay(sameAddress.get(), holder)) {
      return "its address " + wish.endpoint() + " is held by " + holder.member();
    }
    Optional<SlotId> chosen = sameAddress.or(() -> freeSlot(name)).or(this::longestParked);
    if (chosen.isEmpty()) {
      lacking++;
      return Growth.why(view);
    }
    draft.moving.add(chosen.get());
    draft.note(EventKind.ASSIGNED, name, chosen.get(), "takes the slot for " + wish.endpoint());
    occupants.put(chosen.get(), Occupant.seated(name, wish.service(), view.now()));
    return null;
  }

  /** One without old requests, of these the slot it had last, else the first. */
  private Optional<SlotId> freeSlot(String name) {
    return view.slots().keySet().stream()
        .filter(id -> !occupants.containsKey(id))
        .min(
            Comparator.comparing(this::busy)
                .thenComparing(id -> !hadItLast(name, id))
                .thenComparing(id -> id));
  }

  private Optional<SlotId> longestParked() {
    return occupants.entrySet().stream()
        .filter(e -> givesWay(e.getKey(), e.getValue()))
        .min(
            Comparator.comparing((Map.Entry<SlotId, Occupant> e) -> busy(e.getKey()))
                .thenComparing(e -> e.getValue().since()))
        .map(Map.Entry::getKey);
  }

  private boolean busy(SlotId id) {
    Slot slot = view.slots().get(id);
    return slot == null || !slot.idle();
  }

  /** It is parked, nobody has just taken it out of maintenance, and it is not on its way back. */
  private boolean givesWay(SlotId id, Occupant o) {
    Slot slot = view.slots().get(id);
    boolean comesBack =
        wishes.get(o.member()) instanceof DesiredState.Serve serve
            && serve.endpoint().equals(o.endpoint());
    return o.state() == SlotState.PARKED
        && slot != null
        && slot.admin() == Slot.Admin.MAINT
        && !comesBack;
  }

  private boolean hadItLast(String name, SlotId id) {
    Occupant last = view.memory().occupants().get(id);
    return last != null && last.member().equals(name);
  }

  /** The slot that has this address: by its occupant, or left over from an earlier one. */
  private Optional<SlotId> slotAt(Endpoint endpoint) {
    return occupants.entrySet().stream()
        .filter(e -> e.getValue().endpoint().equals(endpoint))
        .map(Map.Entry::getKey)
        .findFirst()
        .or(() ->
            view.slots().values().stream()
                .filter(s -> endpoint.equals(s.endpoint()) && !occupants.containsKey(s.id()))
                .map(Slot::id)
                .findFirst());
  }
}
