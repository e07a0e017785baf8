package io.rollcall.core.control;

import io.rollcall.core.Component;
import io.rollcall.core.model.SavedState;
import org.jspecify.annotations.Nullable;

/**
 * Something that the controller has to know: a change outside, the result of an effect, an order or
 * the passing of time.
 */
public sealed interface Input
    permits MemberInput,
        HaproxyInput,
        OperatorInput,
        Input.StateLoaded,
        Input.Tick,
        Input.HealthReported,
        Input.Failed {

  /** The state that an earlier run saved was loaded; the first cycle begins. */
  record StateLoaded(SavedState saved) implements Input {}

  /** Time passed: the next cycle is due, or a list has to be read again. */
  record Tick() implements Input {}

  /**
   * An adapter reports that a component works or does not.
   *
   * @param line what is wrong, one line; null when it works
   */
  record HealthReported(Component component, @Nullable String line) implements Input {}

  /** The shell could not handle an input or run an effect: a defect, described in one line. */
  record Failed(String line) implements Input {}
}
