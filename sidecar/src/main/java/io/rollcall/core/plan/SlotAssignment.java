package io.rollcall.core.plan;

import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gives slots to members that want one. Two rules override all others: an unchanged member never
 * moves, and no two slots have one address, because they would have one cookie.
 */
final class SlotAssignment {
  private final PlannerInput input;
  private final PlanBuilder plan;
  private final Map<String, DesiredState> desired;
  private final Addresses addresses;
  private final FreeSlots free;
  private final SortedMap<String, DesiredState.Serve> unassigned;
  private final Set<SlotId> givingWay;
  private int missing;

  SlotAssignment(
      PlannerInput input,
      PlanBuilder plan,
      Map<String, DesiredState> desired,
      Set<SlotId> givingWay) {
    this.givingWay = givingWay;
    this.input = input;
    this.plan = plan;
    this.desired = desired;
    this.unassigned = unassigned(plan, desired);
    boolean needed = !unassigned.isEmpty(); // in most plans nobody needs one
    this.addresses = needed ? new Addresses(input, plan.occupants()) : new Addresses();
    this.free = needed ? new FreeSlots(input, plan.occupants()) : new FreeSlots();
  }

  private static SortedMap<String, DesiredState.Serve> unassigned(
      PlanBuilder plan, Map<String, DesiredState> desired) {
    Map<String, List<Occupant>> slots =
        plan.occupants().values().stream().collect(Collectors.groupingBy(Occupant::member));
    var unassigned = new TreeMap<String, DesiredState.Serve>();
    desired.forEach((name, state) -> {
      if (state instanceof DesiredState.Serve serve
          && !WaitingMembers.hasSlot(serve, slots.getOrDefault(name, List.of()))) {
        unassigned.put(name, serve);
      }
    });
    return unassigned;
  }

  /**
   * Assigns a slot to each member that has none and can have one, the longest waiting first.
   *
   * @return why the others can't, by name
   */
  Map<String, String> run() {
    var reasons = new TreeMap<String, String>();
    unassigned.keySet().stream()
        .filter(name -> GivingWay.isPaused(name, input) || gaveWayNow(name))
        .forEach(name -> reasons.put(name, GivingWay.REASON));
    unassigned.keySet().removeAll(reasons.keySet());
    unassigned.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<String, DesiredState.Serve> e) ->
                    !input.memory().known().containsKey(e.getKey()))
                .thenComparing(e -> waitingSince(e.getKey())))
        .forEach(e -> {
          String reason = assign(e.getKey(), e.getValue());
          if (reason != null) {
            reasons.put(e.getKey(), reason);
          }
        });
    return reasons;
  }

  /** This plan takes its slot, in which its check never passed. */
  private boolean gaveWayNow(String name) {
    return givingWay.stream()
        .map(slot -> input.memory().occupants().get(slot))
        .anyMatch(o -> o != null && o.member().equals(name) && o.state() == SlotState.JOINING);
  }

  /** How many members found no slot, although nothing else keeps them from having one. */
  int missing() {
    return missing;
  }

  private Instant waitingSince(String name) {
    PoolState.Waiting before = input.memory().waiting().get(name);
    return before == null ? input.now() : before.since();
  }

  /** Null, or why it waits. */
  private @Nullable String assign(String name, DesiredState.Serve serve) {
    Slot server = input.unmanagedAt(serve.endpoint());
    if (server != null) {
      return "%s is the address of server %s in haproxy.cfg, which is not a slot"
          .formatted(serve.endpoint(), server.id());
    }
    Optional<SlotId> sameAddress = addresses.slot(serve.endpoint());
    Occupant holder = sameAddress.isEmpty() ? null : plan.occupants().get(sameAddress.get());
    if (holder != null && !isReplaceable(sameAddress.get(), holder)) {
      return "address %s is in use by %s".formatted(serve.endpoint(), holder.member());
    }
    Optional<SlotId> chosen =
        sameAddress
            .or(() -> free.slot(name, id -> permitted(id, serve)))
            .or(() -> longestParked(serve));
    if (chosen.isEmpty()) {
      missing++;
      return Growth.reason(input, plan.occupants());
    }
    assign(chosen.get(), name, serve);
    return null;
  }

  /**
   * A free slot that was read as idle in maintenance is programmed in the same transition. One that
   * another member had until now is read once more: a request of its last moment may still return a
   * connection to the former address.
   */
  private void assign(SlotId id, String name, DesiredState.Serve serve) {
    Slot slot = input.slots().get(id);
    Occupant former = plan.occupants().get(id);
    Occupant assigned =
        Occupant.assigned(name, serve.service(), input.now())
            .withConfiguredMaxconn(configuredMaxconn(former, slot, serve));
    // a limit that is to be changed is saved first
    boolean saved =
        serve.service().maxconn() == null || (former != null && former.configuredMaxconn() != null);
    List<Step> steps =
        saved && former == null && slot != null && slot.admin() == Slot.Admin.MAINT && slot.idle()
            ? Preparation.program(
                slot, assigned, ServerLimit.of(assigned, assigned.service(), slot))
            : List.of();
    plan.add(
        id,
        steps.isEmpty() ? assigned : Preparation.programmed(assigned, input),
        steps,
        new Event(EventKind.ASSIGNED, name, id, text(name, serve)));
    addresses.taken(id, former, serve.endpoint());
    free.taken(id);
  }

  private boolean permitted(SlotId id, DesiredState.Serve serve) {
    return PrivateConnections.permit(input, id, serve.endpoint());
  }

  private String text(String name, DesiredState.Serve serve) {
    Member member = input.roster() == null ? null : input.roster().get(name);
    String tag = input.policy().options().portTag();
    return member == null || member.tag(tag).isEmpty() || !input.policy().hasAmbiguousPort(member)
        ? "for " + serve.endpoint()
        : "for %s; its tag %s does not count, because a pool with another port has the same portTag"
            .formatted(serve.endpoint(), tag);
  }

  /** What the slot's earlier occupant knew, else the limit as it is before it is changed. */
  private static @Nullable Integer configuredMaxconn(
      @Nullable Occupant former, @Nullable Slot slot, DesiredState.Serve serve) {
    if (former != null && former.configuredMaxconn() != null) {
      return former.configuredMaxconn();
    }
    return serve.service().maxconn() == null || slot == null || slot.load() == null
        ? null
        : slot.load().maxconn();
  }

  private Optional<SlotId> longestParked(DesiredState.Serve serve) {
    return plan.occupants().entrySet().stream()
        .filter(e -> isReplaceable(e.getKey(), e.getValue()))
        .filter(e -> PrivateConnections.permit(input, e.getKey(), serve.endpoint()))
        .min(
            Comparator.comparing((Map.Entry<SlotId, Occupant> e) -> isBusy(e.getKey()))
                .thenComparing(e -> e.getValue().since()))
        .map(Map.Entry::getKey);
  }

  private boolean isBusy(SlotId id) {
    Slot slot = input.slots().get(id);
    return slot == null || !slot.idle();
  }

  /**
   * It is parked, was not just taken out of maintenance by hand, and its member does not return.
   */
  private boolean isReplaceable(SlotId id, Occupant o) {
    Slot slot = input.slots().get(id);
    DesiredState state = desired.get(o.member());
    boolean returns = state != null && state.servesAt(o.endpoint());
    return o.state() == SlotState.PARKED
        && slot != null
        && slot.admin() == Slot.Admin.MAINT
        && !returns;
  }
}
