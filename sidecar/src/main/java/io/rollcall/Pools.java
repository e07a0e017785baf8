package io.rollcall;

import io.rollcall.core.Claims;
import io.rollcall.core.Endpoint;
import io.rollcall.core.Gossip;
import io.rollcall.core.HaproxyInfo;
import io.rollcall.core.Member;
import io.rollcall.core.Memory;
import io.rollcall.core.Note;
import io.rollcall.core.Occupant;
import io.rollcall.core.Order;
import io.rollcall.core.Plan;
import io.rollcall.core.Planner;
import io.rollcall.core.PoolMemory;
import io.rollcall.core.PoolPolicy;
import io.rollcall.core.PoolStatus;
import io.rollcall.core.PoolView;
import io.rollcall.core.Roster;
import io.rollcall.core.Slot;
import io.rollcall.core.SlotId;
import io.rollcall.core.SlotState;
import io.rollcall.core.Status;
import io.rollcall.core.StepWords;
import io.rollcall.haproxy.Observation;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The pools: what is remembered of them, and one plan after the other. Used on one context. */
final class Pools {
  private final InstantSource clock;
  private final List<PoolPolicy> policies;
  private final Proxy proxy;
  private final Membership membership;
  private final OwnCheck ownCheck;
  private final Journal journal;
  private final Map<String, PoolView> views = new TreeMap<>();
  private Memory memory = Memory.EMPTY;

  /** What a pass leaves to do; the later the more. */
  enum Pace {
    /** Nothing moves. */
    REST,
    /** Something moves in HAProxy or in its members. */
    SOON,
    /** Something was changed and is to be read back. */
    AGAIN,
    /** HAProxy refused a step: nothing of that plan is remembered. */
    REFUSED;

    Pace and(Pace other) {
      return compareTo(other) >= 0 ? this : other;
    }
  }

  Pools(
      InstantSource clock,
      List<PoolPolicy> policies,
      Proxy proxy,
      Membership membership,
      OwnCheck ownCheck,
      Journal journal) {
    this.clock = clock;
    this.policies = policies;
    this.proxy = proxy;
    this.membership = membership;
    this.ownCheck = ownCheck;
    this.journal = journal;
  }

  void remember(Memory earlier) {
    memory = earlier;
    policies.forEach(policy -> views.put(policy.backend(), unread(policy)));
  }

  Memory memory() {
    return memory;
  }

  /** Whom the memory knows to be there, as they would look in a member list. */
  Roster remembered() {
    var members = new ArrayList<Member>();
    for (PoolPolicy policy : policies) {
      for (Occupant o : memory.pool(policy.backend()).occupants().values()) {
        if (o.state() != SlotState.PARKED && o.state() != SlotState.DRAINING) {
          var tags = new HashMap<>(policy.match());
          tags.put("port", String.valueOf(o.endpoint().port()));
          tags.put("boot", o.boot());
          members.add(new Member(o.member(), o.endpoint().ip(), Gossip.ALIVE, tags));
        }
      }
    }
    return Roster.of(members);
  }

  /** Obeys an order; null where it did, else why it cannot. */
  @Nullable String obey(Order order, String from) {
    return switch (order) {
      case Order.OfMember ofMember -> {
        PoolView view = views.get(ofMember.backend());
        if (view == null) {
          yield "no pool " + ofMember.backend();
        }
        if (!PoolStatus.has(view, ofMember.member())) {
          yield "pool " + ofMember.backend() + " has no member " + ofMember.member();
        }
        obeyed(ofMember.backend(), ofMember.member(), order, from);
        yield null;
      }
      case Order.ReleaseHold release -> {
        if (!views.containsKey(release.backend())) {
          yield "no pool " + release.backend();
        }
        obeyed(release.backend(), null, order, from);
        yield null;
      }
      case Order.Resync _ -> {
        membership.stale();
        yield null;
      }
    };
  }

  private void obeyed(String backend, @Nullable String member, Order order, String from) {
    memory = memory.with(backend, memory.pool(backend).obeying(order, clock.instant()));
    journal.add(backend, new Note("operator", member, null, order + " from " + from), null);
  }

  /**
   * Plans and applies once for every pool that HAProxy has. Fails where HAProxy is lost meanwhile.
   */
  Future<Pace> pass(Observation seen) {
    boolean restarted =
        memory.haproxy() != null && proxy.run() != null && !memory.haproxy().same(proxy.run());
    Set<Endpoint> answering = ownCheck.answering(joining());
    Future<Pace> all = Future.succeededFuture(Pace.REST);
    for (PoolPolicy policy : policies) {
      List<Slot> slots = seen.pools().get(policy.backend());
      if (slots == null) {
        views.put(policy.backend(), unread(policy));
        continue;
      }
      all =
          all.compose(
              pace -> plan(policy, slots, answering, seen.info(), restarted).map(pace::and));
    }
    return all.onSuccess(pace -> {
      boolean news = memory.haproxy() == null || restarted;
      if (proxy.run() != null && news && pace != Pace.REFUSED) {
        memory = memory.with(proxy.run());
      }
    });
  }

  /** HAProxy does not answer: nothing that was read of it counts as known. */
  void unread() {
    policies.forEach(policy -> views.put(policy.backend(), unread(policy)));
  }

  List<Slot> slots() {
    return views.values().stream().flatMap(view -> view.slots().values().stream()).toList();
  }

  List<Status.Pool> status() {
    return policies.stream()
        .map(policy -> PoolStatus.of(views.getOrDefault(policy.backend(), unread(policy))))
        .toList();
  }

  /** Answers {@code rollcall-drained}: {@code drained}, or {@code draining SESSIONS REQUESTS}. */
  String drained(String payload) {
    String name = payload.strip().split("\t", -1)[0];
    int sessions = 0;
    int requests = 0;
    boolean there = false;
    for (PoolView view : views.values()) {
      for (Map.Entry<SlotId, Occupant> e : view.memory().occupants().entrySet()) {
        if (!e.getValue().member().equals(name) || e.getValue().state() == SlotState.PARKED) {
          continue;
        }
        there = true;
        PoolView.Sticky sticky = view.sticky().get(e.getKey());
        sessions += sticky == null ? 0 : sticky.sessions();
        Slot slot = view.slots().get(e.getKey());
        Slot.Load load = slot == null ? null : slot.load();
        requests += load == null ? 0 : load.current() + load.queued();
      }
    }
    return there ? "draining " + sessions + " " + requests : "drained";
  }

  private Future<Pace> plan(
      PoolPolicy policy,
      List<Slot> slots,
      Set<Endpoint> answering,
      HaproxyInfo info,
      boolean restarted) {
    PoolMemory before = memory.pool(policy.backend());
    List<Slot> draining =
        slots.stream().filter(slot -> drains(before.occupants().get(slot.id()))).toList();
    return proxy
        .sticky(policy.backend(), draining)
        .compose(sticky -> {
          long began = System.nanoTime();
          PoolView view = view(policy, slots, sticky, restarted, before).answering(answering);
          Plan plan = Planner.plan(view);
          return proxy
              .apply(plan.steps(), info)
              .map(accepted -> accepted ? took(view, plan, began) : Pace.REFUSED);
        });
  }

  private Pace took(PoolView view, Plan plan, long began) {
    String backend = view.policy().backend();
    PoolMemory before = view.memory();
    Long micros = plan.steps().isEmpty() ? null : (System.nanoTime() - began) / 1000;
    journal.addAll(backend, plan.notes(), slot -> StepWords.of(plan.steps(), slot), micros);
    memory = memory.with(backend, plan.memory());
    views.put(backend, view.with(plan.memory()));
    if (!plan.settled(before)) {
      return Pace.AGAIN;
    }
    return plan.soon() ? Pace.SOON : Pace.REST;
  }

  private PoolView view(
      PoolPolicy policy,
      List<Slot> slots,
      Map<SlotId, PoolView.Sticky> sticky,
      boolean restarted,
      PoolMemory before) {
    var byId = new TreeMap<SlotId, Slot>();
    slots.forEach(slot -> byId.put(slot.id(), slot));
    Roster roster = membership.roster();
    Claims claims = membership.claims();
    return new PoolView(
        clock.instant(), policy, roster, byId, sticky, claims.byName(), restarted, before);
  }

  private Map<Endpoint, Instant> joining() {
    return membership
        .claims()
        .joining(
            memory.pools().values().stream()
                .flatMap(pool -> pool.occupants().values().stream())
                .toList());
  }

  private PoolView unread(PoolPolicy policy) {
    return view(policy, List.of(), Map.of(), false, memory.pool(policy.backend()));
  }

  private static boolean drains(@Nullable Occupant occupant) {
    return occupant != null && occupant.state() == SlotState.DRAINING;
  }
}
