package io.rollcall.core.model;

/**
 * A slot's name: HAProxy's own names of the backend and of the server line, never a member's text.
 */
public record SlotId(String backend, String server) implements Comparable<SlotId> {
  /** Natural order: {@code slot2} before {@code slot10}. */
  @Override
  public int compareTo(SlotId other) {
    int byBackend = backend.compareTo(other.backend);
    if (byBackend != 0) {
      return byBackend;
    }
    int byLength = Integer.compare(server.length(), other.server.length());
    return byLength != 0 ? byLength : server.compareTo(other.server);
  }

  @Override
  public String toString() {
    return backend + "/" + server;
  }
}
