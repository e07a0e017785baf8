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
import org.jspecify.annotations.Nullable;

/** Requests of each of the last seconds, for each used slot. Used on one context. */
public final class RequestRates {
  private static final int SECONDS = 60;

  /** Cycles come a little early or late, and more often while something moves. */
  private static final Duration STEP = Duration.ofMillis(900);

  private final Map<SlotId, Line> lines = new HashMap<>();
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
      lines
          .computeIfAbsent(slot.id(), _ -> new Line())
          .add(slot.load() == null ? 0 : slot.load().rate());
    }
    lines.keySet().retainAll(there);
  }

  /**
   * The newest last, zero before the first; empty where nothing is known of the slot. The same list
   * as long as nothing in it changes, so that comparing it with an earlier one is cheap.
   */
  public List<Integer> of(SlotId slot) {
    Line line = lines.get(slot);
    return line == null ? List.of() : line.shown();
  }

  private static final class Line {
    private final int[] rates = new int[SECONDS];
    private @Nullable List<Integer> shown;

    void add(int rate) {
      if (rate != rates[SECONDS - 1] || !Arrays.equals(rates, 1, SECONDS, rates, 0, SECONDS - 1)) {
        System.arraycopy(rates, 1, rates, 0, SECONDS - 1);
        rates[SECONDS - 1] = rate;
        shown = null;
      }
    }

    List<Integer> shown() {
      List<Integer> known = shown;
      if (known == null) {
        known = Arrays.stream(rates).boxed().toList();
        shown = known;
      }
      return known;
    }
  }
}
