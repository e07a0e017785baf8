package io.rollcall.core.control;

import java.util.List;

/**
 * What the controller makes of one input.
 *
 * @param state from now on
 * @param effects to run, in this order
 */
public record Reaction(State state, List<Effect> effects) {
  public Reaction {
    effects = List.copyOf(effects);
  }
}
