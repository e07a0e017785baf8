package io.rollcall.serf;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A user event comes by the event pipe and by the agent's stream; the sooner one counts. Not
 * thread-safe.
 */
final class RepeatedUserEvents {
  /** Which way an event came. */
  enum Way {
    PIPE,
    STREAM
  }

  /** As many as are remembered until they come the other way. */
  private static final int MOST = 1000;

  private final Map<EventLine.UserEvent, Way> first =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<EventLine.UserEvent, Way> eldest) {
          return size() > MOST;
        }
      };

  /** Whether the event came the other way before; it is forgotten then. */
  boolean repeats(EventLine.UserEvent event, Way way) {
    Way before = first.get(event);
    if (before != null && before != way) {
      first.remove(event);
      return true;
    }
    first.put(event, way);
    return false;
  }
}
