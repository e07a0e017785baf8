package io.rollcall.core.control;

import io.rollcall.core.model.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** When the next cycle is due without a cause, and how much of HAProxy a cycle reads. */
final class CycleTiming {
  private static final Duration SOON = Duration.ofMillis(100);
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** How long after a reading of the status somebody counts as looking at it. */
  private static final Duration VIEWED = Duration.ofSeconds(10);

  /** If at most one slot in so many is used, reading the used ones costs HAProxy less than all. */
  private static final int FEW = 8;

  private final ControllerSettings settings;
  private final MemberReactions members;

  CycleTiming(ControllerSettings settings, MemberReactions members) {
    this.settings = settings;
    this.members = members;
  }

  /** Somebody looks at the status. */
  static boolean viewed(Cycle cycle, Instant now) {
    return now.isBefore(cycle.viewedAt().plus(VIEWED));
  }

  /**
   * The slots in which joins go on are all that is read. Everything is read if that is due, or if
   * it costs HAProxy less; and the used slots with every poll, however many joins go on.
   */
  boolean suffice(List<Slot> joining, ReactionBuilder next) {
    Instant read = next.haproxy.lastReadAt();
    return !joining.isEmpty()
        && few(joining.size() - 1, next) // one alone in any case
        && read != null
        && next.now().isBefore(read.plus(settings.haproxyPoll()));
  }

  /** At rest only what the used slots count is read, with the same exceptions. */
  Effect.Scope scope(List<Slot> used, ReactionBuilder next) {
    return next.cycle.atRest() && few(used.size(), next) ? Effect.Scope.COUNTERS : Effect.Scope.ALL;
  }

  /** So few slots are read sooner one by one, and a complete reading is not due. */
  private boolean few(int slots, ReactionBuilder next) {
    HaproxyState haproxy = next.haproxy;
    if (!haproxy.reachable() || haproxy.snapshot() == null) {
      return false;
    }
    int all = haproxy.snapshot().pools().values().stream().mapToInt(List::size).sum();
    return slots <= all / FEW && next.now().isBefore(completeDueAt(haproxy));
  }

  private Instant completeDueAt(HaproxyState haproxy) {
    Instant last = haproxy.lastCompleteReadAt();
    return last == null ? Instant.MIN : last.plus(settings.haproxyResync());
  }

  /** When the next cycle is due after one that left this. */
  Instant nextAt(NextRun left, ReactionBuilder next) {
    Instant now = next.now();
    return switch (left) {
      case AT_ONCE -> now;
      case SOON, REFUSED -> now.plus(SOON);
      case AFTER_FAILURE -> now.plus(RETRY);
      case AT_REST -> {
        if (next.members.announcements().open(now)) {
          yield now.plus(SOON);
        }
        var due =
            Stream.of(
                now.plus(settings.haproxyPoll()),
                completeDueAt(next.haproxy),
                members.dueAt(next.members),
                MemberReactions.pipeDueAt(next.members));
        yield Stream.concat(due, next.probes.dueAt())
            .filter(
                at -> at.isAfter(now)) // what is overdue could not be done, and waits for the poll
            .min(Comparator.naturalOrder())
            .orElse(now);
      }
    };
  }
}
