package io.rollcall.core.control;

import io.rollcall.core.model.LocalAddresses;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Snapshot;
import io.rollcall.core.model.Step;
import io.rollcall.core.plan.PlannerInput;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of HAProxy.
 *
 * @param reachable the last reading succeeded, and the connection is open since
 * @param snapshot as it was read last; null before the first reading
 * @param sessions tracked sessions of the slots that were counted with it
 * @param run the process that is connected, or was last; null before the first
 * @param restarts how many other processes were seen since the sidecar's start
 * @param unconfirmed slots of which no step was accepted since HAProxy is another process:
 *     differences there are nobody's change
 * @param lastReadAt when at least all used slots were read last
 * @param lastCompleteReadAt when every server was read last
 * @param changed slots that were sent a step since they were read
 * @param local where this balancer accepts connections
 */
public record HaproxyState(
    boolean reachable,
    @Nullable Snapshot snapshot,
    Map<SlotId, PlannerInput.TrackedSessions> sessions,
    SavedState.@Nullable ProcessRun run,
    int restarts,
    Set<SlotId> unconfirmed,
    @Nullable Instant lastReadAt,
    @Nullable Instant lastCompleteReadAt,
    Set<SlotId> changed,
    LocalAddresses local) {
  static final HaproxyState UNKNOWN =
      new HaproxyState(
          false, null, Map.of(), null, 0, Set.of(), null, null, Set.of(), LocalAddresses.NONE);

  public HaproxyState {
    sessions = Map.copyOf(sessions);
    unconfirmed = Set.copyOf(unconfirmed);
    changed = Set.copyOf(changed);
  }

  /** The slots of a backend as they are known now; null while they are not. */
  public @Nullable List<Slot> slots(String backend) {
    return reachable && snapshot != null ? snapshot.pools().get(backend) : null;
  }

  HaproxyState read(Snapshot next, Map<SlotId, PlannerInput.TrackedSessions> counted, Instant now) {
    var left = new HashSet<>(changed);
    left.removeIf(next::covers);
    boolean alone = !next.reread().isEmpty(); // some slots in which joins go on
    return new HaproxyState(
        true,
        next,
        alone ? sessions : counted,
        run,
        restarts,
        unconfirmed,
        alone ? lastReadAt : now,
        next.complete() ? now : lastCompleteReadAt,
        left,
        local);
  }

  HaproxyState withLocal(LocalAddresses next) {
    return new HaproxyState(
        reachable,
        snapshot,
        sessions,
        run,
        restarts,
        unconfirmed,
        lastReadAt,
        lastCompleteReadAt,
        changed,
        next);
  }

  HaproxyState unreachable() {
    return new HaproxyState(
        false,
        snapshot,
        sessions,
        run,
        restarts,
        unconfirmed,
        lastReadAt,
        lastCompleteReadAt,
        changed,
        local);
  }

  HaproxyState withRun(SavedState.ProcessRun next, int seen) {
    return new HaproxyState(
        reachable,
        snapshot,
        sessions,
        next,
        seen,
        unconfirmed,
        lastReadAt,
        lastCompleteReadAt,
        changed,
        local);
  }

  HaproxyState withUnconfirmed(Set<SlotId> next) {
    return new HaproxyState(
        reachable,
        snapshot,
        sessions,
        run,
        restarts,
        next,
        lastReadAt,
        lastCompleteReadAt,
        changed,
        local);
  }

  /** Every server is to be read next. */
  HaproxyState outdated() {
    return new HaproxyState(
        reachable,
        snapshot,
        sessions,
        run,
        restarts,
        unconfirmed,
        lastReadAt,
        null,
        changed,
        local);
  }

  /** These steps are sent. */
  HaproxyState sent(List<Step> steps) {
    var next = new HashSet<>(changed);
    steps.forEach(step -> next.add(step.slot()));
    return new HaproxyState(
        reachable,
        snapshot,
        sessions,
        run,
        restarts,
        unconfirmed,
        lastReadAt,
        lastCompleteReadAt,
        next,
        local);
  }
}
