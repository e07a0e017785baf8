package io.rollcall.http;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Finds the member that holds a session. Called on the event loop. */
public interface SessionLocator {
  /**
   * Where a session was found.
   *
   * @param pool the backend whose tracking table contains it
   * @param member null if the slot has no occupant any more
   */
  record Holder(String pool, String slot, @Nullable String member) {}

  /**
   * Looks in the tracking tables of HAProxy; null if none contains it. Fails with one line if
   * HAProxy is unreachable.
   *
   * @param key the key in the tracking tables: SHA-1 of the cookie's value, 40 capital hex digits
   */
  Future<@Nullable Holder> holder(String key);
}
