package io.rollcall.simulation;

import static io.rollcall.simulation.Simulation.require;

import io.rollcall.core.model.Announcement;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotState;

/** What is only announced, by whomever, takes out few members at once, and never the last. */
final class ClaimRule {
  private static final int ONE_OF = 4;

  private ClaimRule() {}

  static void after(CompletedCycle done) {
    long out =
        done.before().occupants().entrySet().stream()
            .filter(e ->
                inRotation(e.getValue(), done.slots().get(e.getKey()))
                    && claimed(e.getValue(), done)
                    && Rules.taken(e.getKey(), done)
                    && isOut(done.after().occupants().get(e.getKey())))
            .count();
    if (out == 0) {
      return;
    }
    long stay =
        done.after().occupants().entrySet().stream()
            .filter(e -> inRotation(e.getValue(), done.slots().get(e.getKey())))
            .count();
    require(stay > 0, () -> "an announcement took out the last member");
    require(
        out <= Math.max(1, (out + stay) / ONE_OF),
        () -> out + " of " + (out + stay) + " were taken out by announcements alone");
  }

  private static boolean inRotation(Occupant o, Slot slot) {
    return slot != null
        && slot.serving()
        && o.endpoint().equals(slot.endpoint())
        && (o.state() == SlotState.SERVING || o.state() == SlotState.SUSPECT);
  }

  private static boolean isOut(Occupant o) {
    return o != null && (o.state() == SlotState.DRAINING || o.state() == SlotState.PARKED);
  }

  /** The list has it alive and ready, nobody decided otherwise, and it is said to leave. */
  private static boolean claimed(Occupant o, CompletedCycle done) {
    Member member = done.roster() == null ? null : done.roster().get(o.member());
    Announcement announcement =
        member == null ? null : done.announcements().of(o.member(), member.boot());
    return announcement != null
        && announcement.kind() == Announcement.AnnouncementType.DRAIN
        && announcement.provisional(done.now())
        && member.gossip() == MemberStatus.ALIVE
        && o.endpoint().equals(Wanted.asked(member))
        && !done.before().intents().containsKey(o.member());
  }
}
