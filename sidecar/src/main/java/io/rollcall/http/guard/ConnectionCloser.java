package io.rollcall.http.guard;

import io.vertx.core.http.HttpConnection;

/** Closes a connection at once, without waiting for what the client has not read. */
@FunctionalInterface
public interface ConnectionCloser {
  /** Closes as Vert.x does: a client that does not read delays it until the idle timeout. */
  ConnectionCloser GRACEFUL =
      connection -> {
        var _ = connection.close();
      };

  void close(HttpConnection connection);
}
