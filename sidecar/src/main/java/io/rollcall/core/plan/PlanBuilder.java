package io.rollcall.core.plan;

import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.ServerSpec;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a plan collects while it is made; lives for one call of the planner. */
final class PlanBuilder {
  final List<Step> steps = new ArrayList<>();
  final List<Event> notes = new ArrayList<>();
  final SortedMap<String, Intent> intents;
  final Set<SlotId> moving = new HashSet<>();
  long drift;

  PlanBuilder(PoolState memory) {
    intents = new TreeMap<>(memory.intents());
  }

  /**
   * Takes over boot, weight and maxconn in a slot that is in use. A new boot means that the
   * application restarted in place: the check has gated it already, only what was tracked of its
   * lost sessions goes.
   */
  Occupant adjusted(Slot slot, Occupant o, ServerSpec wanted) {
    if (wanted.weight() != o.service().weight()) {
      steps.add(new Step.SetWeight(slot.id(), wanted.weight()));
    }
    if (wanted.maxconn() != o.service().maxconn()) {
      steps.add(new Step.SetMaxconn(slot.id(), wanted.maxconn()));
    }
    boolean restarted = !wanted.boot().equals(o.boot()) && !o.boot().isEmpty();
    if (restarted || !o.cleared()) {
      steps.add(new Step.ClearSessions(slot.id(), slot.serverId()));
    }
    if (restarted) {
      note(EventKind.RESTARTED, o.member(), slot.id(), "a new boot in the same place");
    }
    return o.with(wanted).withCleared(true);
  }

  void note(EventKind kind, @Nullable String member, SlotId slot, String text) {
    notes.add(new Event(kind, member, slot, text));
  }
}
