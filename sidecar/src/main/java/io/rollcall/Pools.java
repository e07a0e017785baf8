package io.rollcall;

import io.rollcall.core.Drained;
import io.rollcall.core.Endpoint;
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
import io.rollcall.core.Status;
import io.rollcall.core.StepWords;
import io.rollcall.haproxy.Observation;
import io.rollcall.status.Meters;
import io.rollcall.status.SessionSearch;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The pools: what is remembered of them, and one plan after the other. Used on one context. */
final class Pools {
  private final InstantSource clock;
  private final List<PoolPolicy> policies;
  private final Proxy proxy;
  private final Membership membership;
  private final OwnCheck ownCheck;
  private final Journal journal;
  private final Refusals refusals;
  private final Meters meters;
  private final BooleanSupplier watched;
  private final Departures departures = new Departures();
  private final Map<String, PoolView> views = new TreeMap<>();

  /** Slots that a restart of HAProxy changed, until no step of theirs is refused. */
  private final Set<SlotId> restarted = new HashSet<>();

  private Memory memory = Memory.EMPTY;

  /**
   * Nothing is known yet.
   *
   * @param watched somebody looks at the status now
   */
  Pools(
      InstantSource clock,
      List<PoolPolicy> policies,
      Proxy proxy,
      Membership membership,
      OwnCheck ownCheck,
      Journal journal,
      Meters meters,
      BooleanSupplier watched) {
    this.clock = clock;
    this.policies = policies;
    this.proxy = proxy;
    this.membership = membership;
    this.ownCheck = ownCheck;
    this.journal = journal;
    this.refusals = new Refusals(clock);
    this.meters = meters;
    this.watched = watched;
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
      members.addAll(memory.pool(policy.backend()).remembered(policy));
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
        journal.add(null, new Note("operator", null, null, order + " from " + from), null);
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
    Memory.Run run = proxy.run();
    boolean news = run != null && (memory.haproxy() == null || !memory.haproxy().same(run));
    if (news && memory.haproxy() != null) {
      seen.pools().values().forEach(slots -> slots.forEach(slot -> restarted.add(slot.id())));
    }
    Set<Endpoint> answering =
        seen.whole()
            ? ownCheck.answering(membership.claims().joining(memory.occupants()))
            : Set.of();
    Future<Pace> all = Future.succeededFuture(Pace.REST);
    for (PoolPolicy policy : policies) {
      List<Slot> slots = seen.pools().get(policy.backend());
      if (slots == null) {
        views.put(policy.backend(), unread(policy));
        refusals.forget(policy.backend());
        continue;
      }
      all = all.compose(pace -> plan(policy, slots, answering, seen).map(pace::and));
    }
    return all.onSuccess(_ -> {
      if (news && run != null) {
        memory = memory.with(run);
      }
    });
  }

  /** Some step that HAProxy refused is still to be done. */
  boolean refused() {
    return !refusals.none();
  }

  /** HAProxy does not answer: nothing that was read of it counts as known. */
  void unread() {
    policies.forEach(policy -> views.put(policy.backend(), unread(policy)));
  }

  /** The slots in which somebody is. */
  List<Slot> used() {
    return views.values().stream()
        .flatMap(view ->
            view.memory().occupants().keySet().stream()
                .flatMap(id -> Stream.ofNullable(view.slots().get(id))))
        .toList();
  }

  List<Slot> slots() {
    return views.values().stream().flatMap(view -> view.slots().values().stream()).toList();
  }

  /** The last list is still acted upon while Serf is away, but not shown as new. */
  List<Status.Pool> status() {
    return policies.stream()
        .map(policy -> views.getOrDefault(policy.backend(), unread(policy)))
        .map(view -> PoolStatus.of(membership.reachable() ? view : view.unlisted()))
        .toList();
  }

  /** Answers {@code rollcall-drained}: {@code drained}, or {@code draining SESSIONS REQUESTS}. */
  String drained(String payload) {
    return Drained.answer(payload, views.values());
  }

  /** Who holds a session; null where no pool's table knows it. Fails where HAProxy is lost. */
  Future<SessionSearch.@Nullable Holder> holder(String key) {
    Future<SessionSearch.@Nullable Holder> found = Future.succeededFuture(null);
    for (PoolView view : List.copyOf(views.values())) {
      found =
          found.compose(holder ->
              holder != null
                  ? Future.succeededFuture(holder)
                  : proxy.server(view.policy().backend(), key).map(server -> holder(view, server)));
    }
    return found;
  }

  private static SessionSearch.@Nullable Holder holder(PoolView view, @Nullable Integer server) {
    SlotId slot = server == null ? null : view.slot(server);
    if (slot == null) {
      return null;
    }
    Occupant o = view.memory().occupants().get(slot);
    return new SessionSearch.Holder(slot.backend(), slot.server(), o == null ? null : o.member());
  }

  private Future<Pace> plan(
      PoolPolicy policy, List<Slot> slots, Set<Endpoint> answering, Observation seen) {
    PoolMemory before = memory.pool(policy.backend());
    List<Slot> leaving =
        slots.stream()
            .filter(slot -> Departures.leaves(before.occupants().get(slot.id()), before))
            .toList();
    List<Slot> looked =
        watched.getAsBoolean()
            ? slots.stream().filter(slot -> before.occupants().containsKey(slot.id())).toList()
            : List.of();
    return proxy
        .sticky(policy.backend(), leaving, looked)
        .compose(sticky -> {
          long began = System.nanoTime();
          PoolView view =
              view(policy, slots, sticky, Set.copyOf(restarted), before)
                  .answering(answering)
                  .growing(seen.info().atLeast(3, 0));
          Plan whole = Planner.plan(view);
          meters.planned(Duration.ofNanos(System.nanoTime() - began));
          Set<SlotId> paused = refusals.paused(policy.backend(), whole.steps());
          Plan plan = whole.without(paused, before);
          if (!seen.whole() && !plan.steps().isEmpty()) {
            return Future.succeededFuture(Pace.AGAIN); // nothing is done on what was not just read
          }
          return proxy
              .apply(plan.steps(), seen.info())
              .map(refused -> {
                refusals.accepted(plan.steps());
                Set<SlotId> stay = refusals.add(refused);
                restarted.removeIf(id ->
                    id.backend().equals(policy.backend())
                        && !paused.contains(id)
                        && !stay.contains(id));
                Pace pace = took(view, plan.without(stay, before), began);
                if (!refused.isEmpty()) {
                  return Pace.REFUSED;
                }
                return pace == Pace.AGAIN && !paused.isEmpty() ? Pace.SOON : pace;
              });
        });
  }

  private Pace took(PoolView view, Plan plan, long began) {
    String backend = view.policy().backend();
    PoolMemory before = view.memory();
    Long micros = plan.steps().isEmpty() ? null : (System.nanoTime() - began) / 1000;
    journal.addAll(backend, plan.notes(), slot -> StepWords.of(plan.steps(), slot), micros);
    departures.told(plan.notes(), view.sticky()).forEach(note -> journal.add(backend, note, null));
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
      Set<SlotId> anew,
      PoolMemory before) {
    var byId = new TreeMap<SlotId, Slot>();
    slots.forEach(slot -> byId.put(slot.id(), slot));
    Roster roster = membership.roster();
    return new PoolView(
        clock.instant(), policy, roster, byId, sticky, membership.claims(), anew, before);
  }

  private PoolView unread(PoolPolicy policy) {
    return view(policy, List.of(), Map.of(), Set.of(), memory.pool(policy.backend()));
  }
}
