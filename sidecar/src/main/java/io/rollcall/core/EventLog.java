package io.rollcall.core;

import io.rollcall.core.model.Event;
import io.rollcall.core.model.SlotId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where events are recorded: the journal and the log. Called on the sidecar's context. */
public interface EventLog {
  /**
   * Records events in this order; returns at once.
   *
   * @param pool the backend that they concern, null for none
   * @param effects what HAProxy was sent for a slot, readable text; nothing for all other slots
   * @param tookMicros from the plan to the last reply of HAProxy, null if it was sent nothing
   * @param at of the steady clock, when they happened: with {@code tookMicros} it gives the plan's
   *     time, however late they are recorded
   */
  void record(
      @Nullable String pool,
      List<Event> events,
      Map<SlotId, String> effects,
      @Nullable Long tookMicros,
      Instant at);

  /** Records an event that happened just now and for which HAProxy was sent nothing. */
  void record(@Nullable String pool, Event event);
}
