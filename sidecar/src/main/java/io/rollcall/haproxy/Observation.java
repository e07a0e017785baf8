package io.rollcall.haproxy;

import io.rollcall.core.HaproxyInfo;
import io.rollcall.core.Slot;
import java.util.List;
import java.util.Map;

/**
 * All that one reading told.
 *
 * @param pools the slots of each backend that HAProxy knows, in natural order ({@code slot2} before
 *     {@code slot10})
 * @param problems one line for each backend that it does not know
 */
public record Observation(HaproxyInfo info, Map<String, List<Slot>> pools, List<String> problems) {
  public Observation {
    pools = Map.copyOf(pools);
    problems = List.copyOf(problems);
  }
}
