package io.rollcall.http.guard;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;

/** One open connection, as {@link ConnectionGuard} sees it. */
final class ClientConnection {
  private static final int NETWORK_BYTES = 8;
  private static final Duration FRESH = Duration.ofSeconds(5);

  final HttpConnection connection;

  /** That of the client; of IPv6 the first 64 bits, because one client has them all. */
  final String address;

  /** When it began to be idle, or its present request began. By {@link System#nanoTime}. */
  long since;

  /** Bytes that were handed over and are not in the socket yet. */
  long unread;

  boolean stream;
  private boolean handling;
  private long unreadSince;

  ClientConnection(HttpConnection connection, long now) {
    this.connection = connection;
    this.address = address(connection.remoteAddress().hostAddress());
    this.since = now;
  }

  /** The head of a request has arrived; it counts as idle until all of it has. */
  void requested(HttpServerRequest request) {
    if (request.isEnded()) {
      began();
    } else {
      // a failure is handled by the router
      request.end().onSuccess(_ -> began()).onFailure(_ -> {});
    }
    request.response().endHandler(_ -> ended());
  }

  void sending(int count) {
    if (unread == 0) {
      unreadSince = System.nanoTime();
    }
    unread += count;
  }

  void sent(int count) {
    unread -= count;
    unreadSince = System.nanoTime();
    if (unread == 0 && !handling) {
      since = unreadSince;
    }
  }

  /** The least is closed first. A new one is not idle yet: its request may be on the way. */
  int worth(long now) {
    if (unread > 0) {
      return 1;
    }
    if (stream) {
      return 3;
    }
    return handling || now - since < FRESH.toNanos() ? 2 : 0;
  }

  boolean overdue(long now, ServerLimits limits) {
    return unread > 0
        ? now - unreadSince > limits.responseTime().toNanos()
        : !stream && !handling && now - since > limits.requestTime().toNanos();
  }

  private void began() {
    handling = true;
    since = System.nanoTime();
  }

  private void ended() {
    handling = false;
    since = System.nanoTime();
  }

  private static String address(String host) {
    InetAddress ip = InetAddress.ofLiteral(host);
    return ip instanceof Inet6Address
        ? HexFormat.of().formatHex(Arrays.copyOf(ip.getAddress(), NETWORK_BYTES))
        : host;
  }
}
