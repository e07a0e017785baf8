package io.rollcall.core.plan;

import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Steps as a person reads them in the journal. */
public final class StepDescription {
  private StepDescription() {}

  /** Those for one slot, {@code weight 100, to ready}; null where there are none. */
  public static @Nullable String of(List<Step> steps, SlotId slot) {
    String words =
        steps.stream()
            .filter(step -> step.slot().equals(slot))
            .map(StepDescription::of)
            .collect(Collectors.joining(", "));
    return words.isEmpty() ? null : words;
  }

  private static String of(Step step) {
    return switch (step) {
      case Step.ToMaint _ -> "to maint";
      case Step.ToDrain _ -> "to drain";
      case Step.ToReady _ -> "to ready";
      case Step.Join _ -> "to ready, down until its check passes";
      case Step.HealthUp _ -> "up";
      case Step.EnableCheck _ -> "check on";
      case Step.ClearSessions _ -> "tracked sessions cleared";
      case Step.SetWeight weight -> "weight " + weight.weight();
      case Step.SetMaxconn maxconn -> "maxconn " + maxconn.maxconn();
      case Step.SetAddress address -> "address " + address.endpoint();
      case Step.AddSlot _ -> "added";
      case Step.RemoveSlot _ -> "removed";
      case Step.ShutdownSessions _ -> "old requests ended";
    };
  }
}
