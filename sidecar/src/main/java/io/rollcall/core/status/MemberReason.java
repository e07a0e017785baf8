package io.rollcall.core.status;

import io.rollcall.core.model.MemberState;
import org.jspecify.annotations.Nullable;

/** Whether a member is as it should be, and if not, why. */
final class MemberReason {
  private MemberReason() {}

  /**
   * The reason that a member in this state needs attention; null if it needs none.
   *
   * @param held its removal is held
   * @param failed Serf lost it, or it is being removed because it failed
   * @param invalid its tags are invalid
   * @param late no check has passed within the pool's {@code joinTimeout}
   */
  static @Nullable ReasonCode of(
      MemberState state, boolean held, boolean failed, boolean invalid, boolean late) {
    if (held) {
      return ReasonCode.REMOVALS_HELD;
    }
    ReasonCode tags = invalid ? ReasonCode.MEMBER_REFUSED : null;
    return switch (state) {
      case DOWN -> ReasonCode.MEMBER_DOWN;
      case FAILED -> ReasonCode.MEMBER_FAILED;
      case SUSPECT -> ReasonCode.MEMBER_SUSPECT;
      case WAITING -> ReasonCode.MEMBER_WAITING;
      case REFUSED -> ReasonCode.MEMBER_REFUSED;
      case DRAINING -> failed ? ReasonCode.MEMBER_FAILED : null;
      case JOINING -> {
        if (failed) {
          yield ReasonCode.MEMBER_FAILED;
        }
        yield late ? ReasonCode.MEMBER_NOT_READY : tags;
      }
      case SERVING -> tags;
      case MAINT, PARKED, UNKNOWN, UNMANAGED -> null;
    };
  }
}
