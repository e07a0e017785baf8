package io.rollcall.core.status;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events of the journal, read backwards.
 *
 * @param events oldest first
 * @param next older events are before this id; null if there are none
 */
public record EventPage(List<Status.EventRecord> events, @Nullable Long next) {
  public EventPage {
    events = List.copyOf(events);
  }
}
