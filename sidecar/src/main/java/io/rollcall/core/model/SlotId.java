package io.rollcall.core.model;

import org.jspecify.annotations.Nullable;

/**
 * A slot's name: HAProxy's own names of the backend and of the server line, never a member's text.
 */
public record SlotId(String backend, String server) implements Comparable<SlotId> {
  public SlotId {
    backend = backend.intern(); // of few backends: two of one are the same, and compared at once
  }

  /** Natural order: {@code slot2} before {@code slot10}. */
  @Override
  public int compareTo(SlotId other) {
    if (!backend.equals(other.backend)) {
      return backend.compareTo(other.backend);
    }
    int byLength = Integer.compare(server.length(), other.server.length());
    return byLength != 0 ? byLength : server.compareTo(other.server);
  }

  // By hand, as equals: what Java makes for a record is slow without the optimizing compiler, and
  // these are asked for every slot in every cycle.
  @Override
  public int hashCode() {
    return 31 * backend.hashCode() + server.hashCode();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SlotId id && server.equals(id.server) && backend.equals(id.backend);
  }

  @Override
  public String toString() {
    return backend + "/" + server;
  }
}
