package io.rollcall.core.status;

import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.ServerStates;
import io.rollcall.core.model.Slot;
import io.rollcall.core.plan.PlannerInput;
import java.util.stream.Stream;

/**
 * Slots that are {@code backup} servers of haproxy.cfg, which get requests only for want of others.
 */
final class BackupSlots {
  static final String WHY =
      "backup server: it gets no new sessions while another server of the backend is up";

  private BackupSlots() {}

  /**
   * Its server is up, and another one gets the requests: any that is no backup, or the first of the
   * backups. With {@code option allbackups} the others get some too, which HAProxy does not show.
   */
  static boolean stands(PlannerInput view, Slot slot) {
    return slot.configured().backup()
        && isUp(slot)
        && Stream.concat(view.slots().values().stream(), view.unmanaged().values().stream())
            .anyMatch(other -> isBefore(other, slot) && isUp(other));
  }

  private static boolean isBefore(Slot other, Slot slot) {
    return !other.configured().backup() || other.serverId() < slot.serverId();
  }

  private static boolean isUp(Slot slot) {
    return ServerStates.shown(slot) == MemberState.SERVING;
  }
}
