package io.rollcall.core;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a plan collects while it is made; lives for one call of the planner. */
final class Draft {
  final List<Step> steps = new ArrayList<>();
  final List<Note> notes = new ArrayList<>();
  final SortedMap<String, Intent> intents;
  long drift;
  boolean soon;

  Draft(PoolMemory memory) {
    intents = new TreeMap<>(memory.intents());
  }

  void note(
      String kind, @org.jspecify.annotations.Nullable String member, SlotId slot, String text) {
    notes.add(new Note(kind, member, slot, text));
  }
}
