package io.rollcall.core.control;

import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Roster;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether the event pipe delivers: Serf's handlers write a line for each member that becomes alive
 * or ceases to be. If the list differs from the one at the last line for {@link #PATIENCE}, and no
 * line came, they do not. A member that is gone and back meanwhile causes no line, and is no
 * difference.
 *
 * @param open the pipe is read
 * @param alive names of the members that were alive when the last line came; null until the list is
 *     read
 * @param since when the list began to differ; null while it does not
 */
record PipeWatch(boolean open, @Nullable Set<String> alive, @Nullable Instant since) {
  /** A line comes 3 s after a change at the latest, unless the agent is slow. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  static final String SILENT = "pipe is not delivering, restart the agent";

  /** There is no pipe, or it cannot be read. */
  static final PipeWatch OFF = new PipeWatch(false, null, null);

  /** The pipe is read from now on: what the list has at its next reading is known. */
  static PipeWatch opened() {
    return new PipeWatch(true, null, null);
  }

  /**
   * A line came, or the agent is another process and reports no earlier change: what the list has
   * at its next reading is known.
   */
  PipeWatch renewed() {
    return open ? opened() : this;
  }

  /** The list was read. */
  PipeWatch listed(Roster roster, Instant now) {
    if (!open) {
      return this;
    }
    Set<String> present = alive(roster);
    if (alive == null) {
      return new PipeWatch(true, present, null);
    }
    if (alive.equals(present)) {
      return since == null ? this : new PipeWatch(true, alive, null);
    }
    return since == null ? new PipeWatch(true, alive, now) : this;
  }

  boolean silent(Instant now) {
    return since != null && !now.isBefore(since.plus(PATIENCE));
  }

  private static Set<String> alive(Roster roster) {
    var names = new HashSet<String>();
    for (Member member : roster.members().values()) {
      if (member.gossip() == MemberStatus.ALIVE || member.gossip() == MemberStatus.LEAVING) {
        names.add(member.name());
      }
    }
    return names;
  }
}
