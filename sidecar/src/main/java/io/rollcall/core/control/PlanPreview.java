package io.rollcall.core.control;

import io.rollcall.core.model.Roster;
import io.rollcall.core.model.SavedState;
import java.time.Instant;
import java.util.List;

/**
 * What the controller would plan first if it started now: for people who ask before it does
 * anything. Pure.
 */
public final class PlanPreview {
  private PlanPreview() {}

  /**
   * One plan for each pool that HAProxy has. None of them is applied.
   *
   * @param saved with times that are not after {@code now}
   * @param roster all members; {@link Roster#UNREAD} where the list cannot be read
   * @param read a complete reading of HAProxy
   */
  public static List<PoolPlan> of(
      ControllerSettings settings,
      SavedState saved,
      Roster roster,
      HaproxyInput.SlotsRead read,
      Instant now) {
    var next = new ReactionBuilder(State.initial(now), now);
    next.saved = SavedTimes.notAfter(now, saved);
    new MemberReactions(settings).remember(next);
    if (roster.whole()) {
      next.members = next.members.withRoster(roster);
    }
    var planning = new Planning(settings);
    planning.read(read, next);
    return planning.plan(next);
  }
}
