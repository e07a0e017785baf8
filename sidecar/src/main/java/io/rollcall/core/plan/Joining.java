package io.rollcall.core.plan;

import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A slot that is ready but marked down: the first check that passes lets requests in, or the
 * application's own answer, if that comes sooner.
 */
public final class Joining {
  /** After this a joining slot is read no more often than the others. */
  static final Duration READ_OFTEN_FOR = Duration.ofSeconds(30);

  private static final String BEFORE_CHECK = " before its first passing check";

  private final PlannerInput input;
  private final ManualChanges manualChanges;
  private final Draining draining;
  private final Set<SlotId> givingWay;

  /**
   * @param givingWay slots that are needed by members that wait
   */
  Joining(
      PlannerInput input, ManualChanges manualChanges, Draining draining, Set<SlotId> givingWay) {
    this.givingWay = givingWay;
    this.input = input;
    this.manualChanges = manualChanges;
    this.draining = draining;
  }

  @Nullable Occupant next(TransitionBuilder change) {
    Occupant o = change.occupant();
    if (!draining.hasOtherSlot(change) && manualChanges.liftIntent(change)) {
      return o;
    }
    boolean failureSuffices = !input.hasServed(o) || input.isOverdue(o);
    Occupant compared = manualChanges.compare(change, change.desired().removes(o, failureSuffices));
    if (!compared.equals(o)) {
      return compared;
    }
    boolean moved =
        change.desired() instanceof DesiredState.Serve serve && !serve.servesAt(o.endpoint());
    if (change.slot().serving() && !moved) {
      long millis = Duration.between(o.since(), input.now()).toMillis();
      boolean checked = change.slot().report().checked();
      String passed =
          o.why().equals(Preparation.ANSWERED) ? "application answered" : "check passed";
      String why = checked ? passed : "in rotation without a check";
      change.event(EventKind.SERVING, why + " after " + millis + " ms");
      return o.withState(SlotState.SERVING, input.now(), why);
    }
    return switch (change.desired()) {
      case DesiredState.Serve serve ->
          moved || givingWay.contains(change.id()) ? leave(change) : stay(change, serve);
      case DesiredState.Leave leave -> draining.park(change, leave.why() + BEFORE_CHECK, false);
      case DesiredState.Cut cut -> draining.park(change, cut.why() + BEFORE_CHECK, false);
      case DesiredState.Maintain maintain -> draining.park(change, maintain.why(), false);
      case DesiredState.Starting starting -> draining.park(change, starting.why(), false);
      case DesiredState.NotAdmitted refused -> draining.park(change, refused.why(), false);
      case DesiredState.Fail fail ->
          failureSuffices ? draining.park(change, fail.why() + BEFORE_CHECK, true) : o;
      case DesiredState.Keep _, DesiredState.InvalidTags _ -> o;
    };
  }

  private static @Nullable Occupant leave(TransitionBuilder change) {
    change.step(new Step.ToMaint(change.id()));
    return null;
  }

  private Occupant stay(TransitionBuilder change, DesiredState.Serve serve) {
    Occupant next = change.adjust(serve.service());
    Slot slot = change.slot();
    boolean answers = isAsked(next) && input.answering().contains(next.endpoint());
    if (!answers || slot.admin() != Slot.Admin.READY || !slot.report().maySetUp()) {
      return next;
    }
    change.step(new Step.HealthUp(change.id()));
    return next.withState(SlotState.JOINING, next.since(), Preparation.ANSWERED);
  }

  /**
   * Its application may still answer before HAProxy's check passes; after that the check decides.
   */
  public static boolean isAsked(Occupant o) {
    return o.state() == SlotState.JOINING && !o.why().equals(Preparation.ANSWERED);
  }
}
