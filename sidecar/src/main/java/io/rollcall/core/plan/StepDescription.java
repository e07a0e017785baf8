package io.rollcall.core.plan;

import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Steps as people read them in the event log. */
public final class StepDescription {
  private StepDescription() {}

  /** The steps of one slot, {@code weight 100, state ready}; null for none. */
  public static @Nullable String of(List<Step> steps, SlotId slot) {
    String text = of(steps.stream().filter(step -> step.slot().equals(slot)).toList());
    return text.isEmpty() ? null : text;
  }

  /** Steps of one slot, {@code weight 100, state ready}. */
  public static String of(List<Step> steps) {
    return steps.stream().map(StepDescription::of).collect(Collectors.joining(", "));
  }

  private static String of(Step step) {
    return switch (step) {
      case Step.ToMaint _ -> "state maint";
      case Step.ToDrain _ -> "state drain";
      case Step.ToReady _ -> "state ready";
      case Step.Join _ -> "state ready, health down";
      case Step.HealthUp _ -> "health up";
      case Step.EnableCheck _ -> "check enabled";
      case Step.EnableAgent _ -> "agent-check on";
      case Step.DisableAgent _ -> "agent-check off";
      case Step.ClearSessions _ -> "tracked sessions cleared";
      case Step.SetWeight weight -> "weight " + weight.weight();
      case Step.SetMaxconn maxconn -> "maxconn " + maxconn.maxconn();
      case Step.SetAddress address -> "address " + address.endpoint();
      case Step.AddSlot _ -> "server added";
      case Step.RemoveSlot _ -> "server removed";
      case Step.ShutdownSessions _ -> "requests ended";
    };
  }
}
