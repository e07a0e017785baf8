package io.rollcall.http.stream;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** What one reader of a stream has not had yet. Lives as long as its stream. */
public interface Subscription {
  /** The next server-sent events as they go out; null where the reader has all there is. */
  @Nullable Buffer next();

  /** One event in the format of server-sent events; the data may have several lines. */
  static String event(String name, String data) {
    return "event: " + name + "\ndata: " + data.replace("\n", "\ndata: ") + "\n\n";
  }
}
