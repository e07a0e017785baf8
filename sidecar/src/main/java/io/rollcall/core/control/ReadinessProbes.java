package io.rollcall.core.control;

import io.rollcall.core.model.BackendReport;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.Readiness;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Snapshot;
import io.rollcall.core.plan.Joining;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Applications of members that join, which are asked whether they are ready. One that answers
 * within {@link #PATIENCE} joins as up. Every other member joins behind HAProxy's check, and is
 * still asked beside it: what comes first lets requests in. An answer that says nothing about
 * readiness leaves the member to the check alone.
 *
 * @param byEndpoint the applications that are asked now
 */
public record ReadinessProbes(Map<Endpoint, Probe> byEndpoint) {
  static final ReadinessProbes NONE = new ReadinessProbes(Map.of());

  /** How long HAProxy's check is kept back for an answer, from the first question. */
  static final Duration PATIENCE = Duration.ofMillis(250);

  /** How long an answer counts. */
  static final Duration FRESH = Duration.ofSeconds(1);

  /** What an application answered. */
  enum Answer {
    NONE_YET,
    READY,
    /** Something else than readiness, and not that it is starting: HAProxy's check decides. */
    OTHER
  }

  /**
   * One application.
   *
   * @param boot the run of it that is asked
   * @param since when it was first asked
   * @param at when it answered, or was asked anew because its answer was too old
   */
  record Probe(Readiness how, String boot, Answer answer, Instant since, Instant at) {
    private boolean same(Probe other) {
      return how.equals(other.how) && boot.equals(other.boot);
    }

    private Probe with(Answer next, Instant now) {
      return new Probe(how, boot, next, since, now);
    }

    private boolean expired(Instant now) {
      return answer == Answer.READY && !now.isBefore(at.plus(FRESH));
    }
  }

  public ReadinessProbes {
    byEndpoint = Map.copyOf(byEndpoint);
  }

  /** The probes for those that join now; answers that still count are kept. */
  ReadinessProbes of(Map<Endpoint, Probe> wanted, Instant now) {
    var next = new HashMap<>(wanted);
    next.replaceAll((endpoint, probe) -> {
      Probe before = byEndpoint.get(endpoint);
      if (before == null || !before.same(probe)) {
        return probe;
      }
      return before.expired(now) ? before.with(Answer.NONE_YET, now) : before;
    });
    return new ReadinessProbes(next);
  }

  /** The application at this endpoint answered. */
  ReadinessProbes answered(Endpoint endpoint, boolean ready, Instant now) {
    Probe probe = byEndpoint.get(endpoint);
    if (probe == null || probe.answer() != Answer.NONE_YET) {
      return this;
    }
    var next = new HashMap<>(byEndpoint);
    next.put(endpoint, probe.with(ready ? Answer.READY : Answer.OTHER, now));
    return new ReadinessProbes(next);
  }

  /** Applications that have just answered that they are ready. */
  Set<Endpoint> ready(Instant now) {
    var ready = new HashSet<Endpoint>();
    byEndpoint.forEach((endpoint, probe) -> {
      if (probe.answer() == Answer.READY && !probe.expired(now)) {
        ready.add(endpoint);
      }
    });
    return ready;
  }

  /** Applications whose members do not join yet. */
  Set<Endpoint> awaited(Instant now) {
    var awaited = new HashSet<Endpoint>();
    byEndpoint.forEach((endpoint, probe) -> {
      boolean open = probe.expired(now) || probe.answer() == Answer.NONE_YET;
      if (open && now.isBefore(probe.since().plus(PATIENCE))) {
        awaited.add(endpoint);
      }
    });
    return awaited;
  }

  /** When members that were waited for join without an answer; some of it may be past. */
  Stream<Instant> dueAt() {
    return byEndpoint.values().stream()
        .filter(probe -> probe.answer() != Answer.OTHER)
        .map(probe -> probe.since().plus(PATIENCE));
  }

  /** An answer is waited for. */
  public boolean open() {
    return byEndpoint.values().stream().anyMatch(probe -> probe.answer() == Answer.NONE_YET);
  }

  /** Those to ask. */
  Map<Endpoint, Readiness> asked() {
    var asked = new HashMap<Endpoint, Readiness>();
    byEndpoint.forEach((endpoint, probe) -> {
      if (probe.answer() == Answer.NONE_YET) {
        asked.put(endpoint, probe.how());
      }
    });
    return asked;
  }

  /**
   * The probes of all members that join, as if none was asked before.
   *
   * @param sent plans that are being applied
   */
  static Map<Endpoint, Probe> wanted(
      List<PoolPlan> sent, ReactionBuilder next, List<PoolPolicy> pools) {
    var wanted = new HashMap<Endpoint, Probe>();
    for (PoolPolicy pool : pools) {
      Snapshot snapshot = next.haproxy.snapshot();
      List<Slot> slots = next.haproxy.slots(pool.backend());
      boolean off = pool.observe() || pool.readiness().kind() == Readiness.Kind.OFF;
      if (off || slots == null || snapshot == null) {
        continue;
      }
      Map<SlotId, Occupant> joining = joining(sent, next, pool);
      for (Slot slot : joining.isEmpty() ? List.<Slot>of() : slots) {
        Occupant o = joining.get(slot.id());
        if (o != null && permitted(pool, slot, snapshot.backends().get(pool.backend()))) {
          wanted.put(
              o.endpoint(),
              new Probe(pool.readiness(), o.boot(), Answer.NONE_YET, next.now(), next.now()));
        }
      }
    }
    return wanted;
  }

  /** Those whose application may have an answer that counts. */
  private static Map<SlotId, Occupant> joining(
      List<PoolPlan> sent, ReactionBuilder next, PoolPolicy pool) {
    var joining = new HashMap<SlotId, Occupant>();
    next.saved.pool(pool.backend()).occupants().forEach((slot, o) -> put(joining, slot, o));
    sent.stream()
        .filter(plan -> plan.backend().equals(pool.backend()))
        .flatMap(plan -> plan.plan().transitions().stream())
        .filter(transition -> transition.after() != null)
        .forEach(transition -> put(joining, transition.slot(), transition.after()));
    return joining;
  }

  private static void put(Map<SlotId, Occupant> joining, SlotId slot, Occupant o) {
    if (o.state() == SlotState.PREPARED || Joining.isAsked(o)) {
      joining.put(slot, o);
    } else {
      joining.remove(slot);
    }
  }

  /** An HTTP request to a server that does not speak it looks like an attack. */
  private static boolean permitted(PoolPolicy pool, Slot slot, @Nullable BackendReport backend) {
    boolean http = backend == null || backend.mode().equals("http");
    return slot.report().ownCheck()
        && (pool.readiness().kind() == Readiness.Kind.TCP || (http && !slot.report().ssl()));
  }
}
