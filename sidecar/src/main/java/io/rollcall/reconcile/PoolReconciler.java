package io.rollcall.reconcile;

import io.rollcall.core.Metrics;
import io.rollcall.core.control.DrainQuery;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Snapshot;
import io.rollcall.core.plan.Plan;
import io.rollcall.core.plan.Planner;
import io.rollcall.core.plan.PlannerInput;
import io.rollcall.core.plan.StepDescription;
import io.rollcall.core.status.PoolStatusBuilder;
import io.rollcall.core.status.Status;
import io.rollcall.http.SessionLocator;
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
public final class PoolReconciler {
  private final InstantSource clock;
  private final List<PoolPolicy> policies;
  private final HaproxyMonitor proxy;
  private final MembershipTracker membership;
  private final ReadinessProbe ownCheck;
  private final Journal journal;
  private final RefusedSteps refusals;
  private final Metrics metrics;
  private final BooleanSupplier watched;
  private final DrainOutcomes departures = new DrainOutcomes();
  private final Map<String, PlannerInput> views = new TreeMap<>();

  /** Slots that a restart of HAProxy changed, until no step of theirs is refused. */
  private final Set<SlotId> restarted = new HashSet<>();

  private SavedState memory = SavedState.EMPTY;

  /**
   * Nothing is known yet.
   *
   * @param watched somebody looks at the status now
   */
  public PoolReconciler(
      InstantSource clock,
      List<PoolPolicy> policies,
      HaproxyMonitor proxy,
      MembershipTracker membership,
      ReadinessProbe ownCheck,
      Journal journal,
      Metrics metrics,
      BooleanSupplier watched) {
    this.clock = clock;
    this.policies = policies;
    this.proxy = proxy;
    this.membership = membership;
    this.ownCheck = ownCheck;
    this.journal = journal;
    this.refusals = new RefusedSteps(clock);
    this.metrics = metrics;
    this.watched = watched;
  }

  public void remember(SavedState earlier) {
    memory = earlier;
    policies.forEach(policy -> views.put(policy.backend(), unread(policy)));
  }

  public SavedState memory() {
    return memory;
  }

  /** Whom the memory knows to be there, as they would look in a member list. */
  public Roster remembered() {
    var members = new ArrayList<Member>();
    for (PoolPolicy policy : policies) {
      members.addAll(memory.pool(policy.backend()).remembered(policy));
    }
    return Roster.of(members);
  }

  /** Obeys an order; null where it did, else why it cannot. */
  public @Nullable String obey(OperatorAction order, String from) {
    return switch (order) {
      case OperatorAction.OfMember ofMember -> {
        PlannerInput view = views.get(ofMember.backend());
        if (view == null) {
          yield "no pool " + ofMember.backend();
        }
        if (!PoolStatusBuilder.has(view, ofMember.member())) {
          yield "pool " + ofMember.backend() + " has no member " + ofMember.member();
        }
        obeyed(ofMember.backend(), ofMember.member(), order, from);
        yield null;
      }
      case OperatorAction.ReleaseHold release -> {
        if (!views.containsKey(release.backend())) {
          yield "no pool " + release.backend();
        }
        obeyed(release.backend(), null, order, from);
        yield null;
      }
      case OperatorAction.Resync _ -> {
        journal.add(null, new Event(EventKind.OPERATOR, null, null, order + " from " + from), null);
        membership.stale();
        yield null;
      }
    };
  }

  private void obeyed(String backend, @Nullable String member, OperatorAction order, String from) {
    memory = memory.with(backend, memory.pool(backend).obeying(order, clock.instant()));
    journal.add(
        backend, new Event(EventKind.OPERATOR, member, null, order + " from " + from), null);
  }

  /**
   * Plans and applies once for every pool that HAProxy has. Fails where HAProxy is lost meanwhile.
   */
  public Future<NextRun> pass(Snapshot seen) {
    SavedState.ProcessRun run = proxy.run();
    boolean news = run != null && (memory.haproxy() == null || !memory.haproxy().same(run));
    if (news && memory.haproxy() != null) {
      seen.pools().values().forEach(slots -> slots.forEach(slot -> restarted.add(slot.id())));
    }
    Set<Endpoint> answering =
        seen.complete()
            ? ownCheck.answering(membership.claims().joining(memory.occupants()))
            : Set.of();
    Future<NextRun> all = Future.succeededFuture(NextRun.REST);
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
  public boolean refused() {
    return !refusals.none();
  }

  /** HAProxy does not answer: nothing that was read of it counts as known. */
  public void unread() {
    policies.forEach(policy -> views.put(policy.backend(), unread(policy)));
  }

  /** The slots in which somebody is. */
  public List<Slot> used() {
    return views.values().stream()
        .flatMap(view ->
            view.memory().occupants().keySet().stream()
                .flatMap(id -> Stream.ofNullable(view.slots().get(id))))
        .toList();
  }

  public List<Slot> slots() {
    return views.values().stream().flatMap(view -> view.slots().values().stream()).toList();
  }

  /** The last list is still acted upon while Serf is away, but not shown as new. */
  public List<Status.PoolStatus> status() {
    return policies.stream()
        .map(policy -> views.getOrDefault(policy.backend(), unread(policy)))
        .map(view -> PoolStatusBuilder.of(membership.reachable() ? view : view.unlisted()))
        .toList();
  }

  /** Answers {@code rollcall-drained}: {@code drained}, or {@code draining SESSIONS REQUESTS}. */
  public String drained(String payload) {
    return DrainQuery.answer(payload, views.values());
  }

  /** Who holds a session; null where no pool's table knows it. Fails where HAProxy is lost. */
  public Future<SessionLocator.@Nullable Holder> holder(String key) {
    Future<SessionLocator.@Nullable Holder> found = Future.succeededFuture(null);
    for (PlannerInput view : List.copyOf(views.values())) {
      found =
          found.compose(holder ->
              holder != null
                  ? Future.succeededFuture(holder)
                  : proxy.server(view.policy().backend(), key).map(server -> holder(view, server)));
    }
    return found;
  }

  private static SessionLocator.@Nullable Holder holder(
      PlannerInput view, @Nullable Integer server) {
    SlotId slot = server == null ? null : view.slot(server);
    if (slot == null) {
      return null;
    }
    Occupant o = view.memory().occupants().get(slot);
    return new SessionLocator.Holder(slot.backend(), slot.server(), o == null ? null : o.member());
  }

  private Future<NextRun> plan(
      PoolPolicy policy, List<Slot> slots, Set<Endpoint> answering, Snapshot seen) {
    PoolState before = memory.pool(policy.backend());
    List<Slot> leaving =
        slots.stream()
            .filter(slot -> DrainOutcomes.leaves(before.occupants().get(slot.id()), before))
            .toList();
    List<Slot> looked =
        watched.getAsBoolean()
            ? slots.stream().filter(slot -> before.occupants().containsKey(slot.id())).toList()
            : List.of();
    return proxy
        .sticky(policy.backend(), leaving, looked)
        .compose(sticky -> {
          long began = System.nanoTime();
          PlannerInput view =
              view(policy, slots, sticky, Set.copyOf(restarted), before)
                  .answering(answering)
                  .growing(seen.info().atLeast(3, 0));
          Plan whole = Planner.plan(view);
          metrics.planned(Duration.ofNanos(System.nanoTime() - began));
          Set<SlotId> paused = refusals.paused(policy.backend(), whole.steps());
          Plan plan = whole.without(paused, before);
          if (!seen.complete() && !plan.steps().isEmpty()) {
            return Future.succeededFuture(
                NextRun.AGAIN); // nothing is done on what was not just read
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
                NextRun pace = took(view, plan.without(stay, before), began);
                if (!refused.isEmpty()) {
                  return NextRun.REFUSED;
                }
                return pace == NextRun.AGAIN && !paused.isEmpty() ? NextRun.SOON : pace;
              });
        });
  }

  private NextRun took(PlannerInput view, Plan plan, long began) {
    String backend = view.policy().backend();
    PoolState before = view.memory();
    Long micros = plan.steps().isEmpty() ? null : (System.nanoTime() - began) / 1000;
    journal.addAll(backend, plan.notes(), slot -> StepDescription.of(plan.steps(), slot), micros);
    departures.told(plan.notes(), view.sticky()).forEach(note -> journal.add(backend, note, null));
    memory = memory.with(backend, plan.memory());
    views.put(backend, view.with(plan.memory()));
    if (!plan.settled(before)) {
      return NextRun.AGAIN;
    }
    return plan.soon() ? NextRun.SOON : NextRun.REST;
  }

  private PlannerInput view(
      PoolPolicy policy,
      List<Slot> slots,
      Map<SlotId, PlannerInput.TrackedSessions> sticky,
      Set<SlotId> anew,
      PoolState before) {
    var byId = new TreeMap<SlotId, Slot>();
    slots.forEach(slot -> byId.put(slot.id(), slot));
    Roster roster = membership.roster();
    return new PlannerInput(
        clock.instant(), policy, roster, byId, sticky, membership.claims(), anew, before);
  }

  private PlannerInput unread(PoolPolicy policy) {
    return view(policy, List.of(), Map.of(), Set.of(), memory.pool(policy.backend()));
  }
}
