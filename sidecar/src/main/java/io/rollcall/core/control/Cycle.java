package io.rollcall.core.control;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Where the reconciliation is: one cycle at a time reads the members, reads HAProxy, plans, sends
 * the steps and saves. A cause that arrives during a cycle makes it run once more, however many
 * arrive.
 *
 * <pre>
 * STARTING        → IDLE             the saved state was loaded
 * IDLE            → READING_MEMBERS  a cause or the time, and the list is stale
 * IDLE            → READING_SLOTS    a cause or the time, and the list is current
 * READING_MEMBERS → READING_SLOTS    the list was read, or cannot be
 * READING_SLOTS   → SENDING          the plans have steps
 * READING_SLOTS   → IDLE             they have none, or HAProxy could not be read
 * SENDING         → IDLE             HAProxy answered, or the outcome is unknown
 * </pre>
 *
 * @param number of the cycle that runs or ran last; results of another one are ignored
 * @param caused a cause arrived since this cycle began
 * @param named members that hints named before this cycle began
 * @param atRest nothing was left to do, nothing caused this cycle and nobody reads the status
 * @param viewedAt when somebody last read the status
 * @param plans what was sent, while {@code SENDING}
 * @param last what the last cycle left to do
 * @param nextAt when the next cycle is due without a cause
 * @param endedAt when the last cycle ended
 * @param converged nothing was left to do at least once
 */
public record Cycle(
    long number,
    Phase phase,
    boolean caused,
    Set<String> named,
    boolean atRest,
    Instant viewedAt,
    List<PoolPlan> plans,
    NextRun last,
    Instant nextAt,
    Instant endedAt,
    boolean converged) {
  /** What a cycle waits for. */
  public enum Phase {
    STARTING,
    IDLE,
    READING_MEMBERS,
    READING_SLOTS,
    SENDING
  }

  public Cycle {
    named = Set.copyOf(named);
    plans = List.copyOf(plans);
  }

  static Cycle starting(Instant now) {
    return new Cycle(
        0,
        Phase.STARTING,
        false,
        Set.of(),
        false,
        Instant.EPOCH,
        List.of(),
        NextRun.AT_ONCE,
        now,
        now,
        false);
  }

  /** The result belongs to what this cycle waits for. */
  boolean waitsFor(Phase expected, long cycle) {
    return phase == expected && number == cycle;
  }

  Cycle withCause() {
    return new Cycle(
        number, phase, true, named, atRest, viewedAt, plans, last, nextAt, endedAt, converged);
  }

  Cycle withViewedAt(Instant now) {
    return new Cycle(
        number, phase, caused, named, atRest, now, plans, last, nextAt, endedAt, converged);
  }

  /** The next cycle, with no cause yet. */
  Cycle begun(boolean nowAtRest, Set<String> hinted) {
    return new Cycle(
        number + 1,
        phase,
        false,
        hinted,
        nowAtRest,
        viewedAt,
        List.of(),
        last,
        nextAt,
        endedAt,
        converged);
  }

  Cycle in(Phase next) {
    return new Cycle(
        number, next, caused, named, atRest, viewedAt, plans, last, nextAt, endedAt, converged);
  }

  Cycle sending(List<PoolPlan> sent) {
    return new Cycle(
        number,
        Phase.SENDING,
        caused,
        named,
        atRest,
        viewedAt,
        sent,
        last,
        nextAt,
        endedAt,
        converged);
  }

  Cycle ended(NextRun left, Instant next, Instant now, boolean nowConverged) {
    return new Cycle(
        number,
        Phase.IDLE,
        caused,
        Set.of(),
        atRest,
        viewedAt,
        List.of(),
        left,
        next,
        now,
        nowConverged);
  }
}
