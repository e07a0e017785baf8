package io.rollcall.http.stream;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** What one client of a stream has not received yet. Lives as long as its connection. */
public interface Subscription {
  /** The next server-sent events, as bytes; null if the client is up to date. */
  @Nullable Buffer next();

  /** One event in the format of server-sent events; the data may have several lines. */
  static String event(String name, String data) {
    return "event: " + name + "\ndata: " + data.replace("\n", "\ndata: ") + "\n\n";
  }
}
