package io.rollcall.reconcile;

import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Requests of each of the last seconds, for each used slot. Used on one context. */
public final class RequestRates {
  private static final int SECONDS = 60;

  /** Cycles come a little early or late, and more often while something moves. */
  private static final Duration STEP = Duration.ofMillis(900);

  private final Map<SlotId, int[]> lines = new HashMap<>();
  private Instant next = Instant.EPOCH;

  /** Takes the rates of the used slots, once a second at most; all others are forgotten. */
  public void sample(Collection<Slot> used, Instant now) {
    if (now.isBefore(next)) {
      return;
    }
    next = now.plus(STEP);
    var there = new HashSet<SlotId>();
    for (Slot slot : used) {
      there.add(slot.id());
      int[] line = lines.computeIfAbsent(slot.id(), _ -> new int[SECONDS]);
      System.arraycopy(line, 1, line, 0, SECONDS - 1);
      line[SECONDS - 1] = slot.load() == null ? 0 : slot.load().rate();
    }
    lines.keySet().retainAll(there);
  }

  /** The newest last, zero before the first; empty where nothing is known of the slot. */
  public List<Integer> of(SlotId slot) {
    int[] line = lines.get(slot);
    return line == null ? List.of() : Arrays.stream(line).boxed().toList();
  }
}
