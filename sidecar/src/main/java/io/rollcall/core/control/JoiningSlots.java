package io.rollcall.core.control;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Snapshot;
import io.rollcall.core.plan.Joining;
import io.rollcall.core.plan.ManagedServers;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The slots in which the joins go on that caused a cycle: a reading of these alone is enough for
 * the next steps of the joins. They are those that were prepared and not read back yet, those whose
 * applications have just answered, and those that the members that were named will probably get. A
 * wrong guess costs a complete reading: nothing is sent to a slot that was not read.
 */
final class JoiningSlots {
  private final List<PoolPolicy> pools;

  JoiningSlots(List<PoolPolicy> pools) {
    this.pools = List.copyOf(pools);
  }

  /** None if anything else than joins may have to go on, or a slot is not known as it is. */
  List<Slot> slots(ReactionBuilder next) {
    Snapshot last = next.haproxy.snapshot();
    boolean known = next.haproxy.reachable() && next.haproxy.unconfirmed().isEmpty();
    Set<Endpoint> answering = next.probes.ready(next.now());
    Set<String> named = next.cycle.named();
    Set<SlotId> changed = next.haproxy.changed();
    boolean follows = next.cycle.last() == NextRun.AT_ONCE;
    boolean caused = follows || !(changed.isEmpty() && named.isEmpty() && answering.isEmpty());
    if (last == null || !known || !caused || Planning.anotherRun(next)) {
      return List.of();
    }
    var slots = new ArrayList<Slot>();
    for (PoolPolicy policy : pools) {
      List<Slot> pool = last.pools().get(policy.backend());
      PoolState memory = next.saved.pool(policy.backend());
      Map<String, InetAddress> coming = coming(named, policy, next.members.roster());
      if (pool == null || policy.observe()) {
        continue;
      }
      memory.occupants().values().forEach(o -> coming.remove(o.member()));
      if (!joins(named, memory) || coming.size() > Membership.ListHints.MOST_NAMES) {
        return List.of();
      }
      occupied(pool, memory, next, answering).forEach(slots::add);
      free(pool, policy, memory, coming).forEach(slots::add);
    }
    long read = slots.stream().filter(slot -> changed.contains(slot.id())).count();
    return read == changed.size() ? slots : List.of();
  }

  /** Those of the named members that may want a slot, with their addresses. */
  private static Map<String, InetAddress> coming(
      Set<String> named, PoolPolicy policy, @Nullable Roster roster) {
    var coming = new HashMap<String, InetAddress>();
    for (String name : named) {
      Member member = roster == null ? null : roster.get(name);
      if (member != null && member.gossip() == MemberStatus.ALIVE && policy.matches(member)) {
        coming.put(name, member.ip());
      }
    }
    return coming;
  }

  /** Nothing was said of a member that is in rotation: that may need steps of another kind. */
  private static boolean joins(Set<String> named, PoolState memory) {
    return named.isEmpty()
        || memory.occupants().values().stream()
            .noneMatch(o ->
                (o.inRotation() || o.state() == SlotState.DRAINING) && named.contains(o.member()));
  }

  private static List<Slot> occupied(
      List<Slot> pool, PoolState memory, ReactionBuilder next, Set<Endpoint> answering) {
    var slots = new ArrayList<Slot>();
    var wanted = new HashSet<SlotId>();
    memory
        .occupants()
        .forEach((id, o) -> {
          boolean answers = answering.contains(o.endpoint());
          boolean named = next.cycle.named().contains(o.member());
          boolean goesOn =
              switch (o.state()) {
                case PREPARED -> answers || named || next.cycle.last() == NextRun.AT_ONCE;
                case JOINING -> answers && Joining.isAsked(o);
                case PARKED -> named;
                case FREE, SERVING, SUSPECT, DRAINING -> false;
              };
          if (goesOn) {
            wanted.add(id);
          }
        });
    for (Slot slot : wanted.isEmpty() ? List.<Slot>of() : pool) {
      if (wanted.contains(slot.id()) && !slot.serving()) {
        slots.add(slot);
      }
    }
    return slots;
  }

  /** As many of the first free slots as members come, and those that have their addresses. */
  private static List<Slot> free(
      List<Slot> pool, PoolPolicy policy, PoolState memory, Map<String, InetAddress> coming) {
    var slots = new ArrayList<Slot>();
    int left = coming.size();
    for (Slot slot : coming.isEmpty() ? List.<Slot>of() : pool) {
      if (slot.admin() != Slot.Admin.MAINT
          || memory.occupants().containsKey(slot.id())
          || !ManagedServers.isSlot(slot, policy, memory, Set.of())) {
        continue;
      }
      Endpoint endpoint = slot.endpoint();
      if (endpoint != null && coming.containsValue(endpoint.ip())) {
        slots.add(slot);
      } else if (left > 0 && slot.idle()) {
        left--;
        slots.add(slot);
      }
    }
    return slots;
  }
}
