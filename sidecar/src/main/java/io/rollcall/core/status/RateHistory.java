package io.rollcall.core.status;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The request rates of the last seconds, for the small charts of the page. */
@FunctionalInterface
public interface RateHistory {
  /**
   * Requests in each of the last seconds, the newest last; empty if none are known.
   *
   * @param slot null for a member without a slot
   */
  List<Integer> rates(String backend, @Nullable String slot);
}
