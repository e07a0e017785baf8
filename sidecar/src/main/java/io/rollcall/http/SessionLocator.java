package io.rollcall.http;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Finds who holds a session, on the event loop. */
public interface SessionLocator {
  /**
   * The holder of the session.
   *
   * @param pool the backend whose table has it
   * @param member null where nobody is in that slot any more
   */
  record Holder(String pool, String slot, @Nullable String member) {}

  /**
   * Asks HAProxy; null where no table has it. Fails where HAProxy does not answer.
   *
   * @param key as the tracking tables hold it: SHA-1 of the cookie's value, 40 capital hex digits
   */
  Future<@Nullable Holder> holder(String key);
}
