package io.rollcall.core.plan;

import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A slot that is ready but marked down: the first check that passes lets requests in. */
final class Joining {
  /** After this a joining slot is read no more often than the others. */
  static final Duration READ_OFTEN_FOR = Duration.ofSeconds(30);

  private static final String BEFORE_CHECK = " before its first passing check";

  private final PlannerInput input;
  private final ManualChanges manualChanges;
  private final Draining draining;

  Joining(PlannerInput input, ManualChanges manualChanges, Draining draining) {
    this.input = input;
    this.manualChanges = manualChanges;
    this.draining = draining;
  }

  @Nullable Occupant next(TransitionBuilder change) {
    Occupant o = change.occupant();
    boolean failureSuffices = !input.hasServed(o) || input.isOverdue(o);
    Occupant compared = manualChanges.compare(change, change.desired().removes(o, failureSuffices));
    if (!compared.equals(o)) {
      return compared;
    }
    boolean moved =
        change.desired() instanceof DesiredState.Serve serve && !serve.servesAt(o.endpoint());
    if (change.slot().serving() && !moved) {
      long millis = Duration.between(o.since(), input.now()).toMillis();
      change.event(EventKind.SERVING, "check passed after " + millis + " ms");
      return o.withState(SlotState.SERVING, input.now(), "check passed");
    }
    return switch (change.desired()) {
      case DesiredState.Serve serve -> moved ? leave(change) : stay(change, serve);
      case DesiredState.Leave leave -> draining.park(change, leave.why() + BEFORE_CHECK, false);
      case DesiredState.Maintain maintain -> draining.park(change, maintain.why(), false);
      case DesiredState.Starting starting -> draining.park(change, starting.why(), false);
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
    if (input.answering().contains(serve.endpoint())) {
      change.step(new Step.HealthUp(change.id()));
    }
    return change.adjust(serve.service());
  }
}
