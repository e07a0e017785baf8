package io.rollcall.core;

import io.rollcall.core.model.Event;
import io.rollcall.core.model.SlotId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where events are recorded: the journal and the log. Called on the sidecar's context. */
@FunctionalInterface
public interface EventLog {
  /**
   * Records events in this order; returns at once.
   *
   * @param pool the backend that they concern, null for none
   * @param effects what HAProxy was sent for a slot, readable text; nothing for all other slots
   * @param tookMicros from the cause to the last reply of HAProxy, null if it was sent nothing
   */
  void record(
      @Nullable String pool,
      List<Event> events,
      Map<SlotId, String> effects,
      @Nullable Long tookMicros);

  /** Records an event for which HAProxy was sent nothing. */
  default void record(@Nullable String pool, Event event) {
    record(pool, List.of(event), Map.of(), null);
  }
}
