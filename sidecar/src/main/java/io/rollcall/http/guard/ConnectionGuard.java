package io.rollcall.http.guard;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the connections of the server within {@link ServerLimits}. Where there are too many, one of
 * the address with the most is closed: an idle one first, then one whose client does not read, then
 * a stream, and of equals the oldest. So a health probe is answered whatever others do, even from
 * its own address. Used on one context.
 */
public final class ConnectionGuard implements Handler<HttpConnection> {
  /** Requests for these are answered at once. */
  private static final Set<String> PROBES = Set.of("/healthz", "/readyz");

  /** What may be handed over in advance. */
  private static final int LAG = 64 << 10;

  private static final Duration MAX_SWEEP = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final ServerLimits limits;
  private final ConnectionCloser closer;
  private final Predicate<String> proxy;
  private final RequestQueue queue;
  private final Map<HttpConnection, ClientConnection> open = new HashMap<>();
  private final Map<String, Integer> byAddress = new HashMap<>();
  private long bytes;
  private long timer = -1;
  private boolean trimming;

  /**
   * Without any connection.
   *
   * @param proxy whether an address is that of a trusted proxy, which has no limit of its own
   */
  public ConnectionGuard(
      Vertx vertx, ServerLimits limits, ConnectionCloser closer, Predicate<String> proxy) {
    this.vertx = vertx;
    this.limits = limits;
    this.closer = closer;
    this.proxy = proxy;
    this.queue = new RequestQueue(vertx, System::nanoTime);
  }

  @Override
  public void handle(HttpConnection connection) {
    var client = new ClientConnection(connection, System.nanoTime());
    open.put(connection, client);
    byAddress.merge(client.address, 1, Integer::sum);
    connection.closeHandler(_ -> closed(client));
    // a reset, or a protocol error: the client's, not ours
    connection.exceptionHandler(_ -> {});
    if (timer < 0) {
      timer = vertx.setPeriodic(sweepMillis(), _ -> sweep());
    }
    if (over(client.address) || open.size() > limits.connections()) {
      trimSoon();
    }
  }

  /** Observes each request; hands it to the next handler when it is its turn. */
  public Handler<HttpServerRequest> before(Handler<HttpServerRequest> next) {
    return request -> {
      ClientConnection client = open.get(request.connection());
      if (client == null) {
        return; // it was closed with requests in its buffer
      }
      client.requested(request);
      if (PROBES.contains(String.valueOf(request.path()))) {
        next.handle(request);
        return;
      }
      request.pause();
      queue.submit(
          client.address,
          () -> {
            if (open.containsKey(request.connection())) {
              request.resume();
              next.handle(request);
            }
          });
    };
  }

  /** Bytes were handed over for this connection. Closes those with the most unread bytes. */
  public void sending(HttpConnection connection, int count) {
    ClientConnection client = open.get(connection);
    if (client != null) {
      client.sending(count);
      bytes += count;
      while (bytes > limits.bytesInFlight()) {
        ClientConnection largest =
            open.values().stream().max(Comparator.comparingLong(one -> one.unread)).orElseThrow();
        abort(largest);
      }
    }
  }

  /** Bytes of this connection were written to its socket, or failed to be. */
  public void sent(HttpConnection connection, int count) {
    ClientConnection client = open.get(connection);
    if (client != null) {
      client.sent(count);
      bytes -= count;
    }
  }

  /** Whether the client has not read much of what was handed over. */
  public boolean lags(HttpConnection connection) {
    ClientConnection client = open.get(connection);
    return client != null && client.unread > LAG;
  }

  /** Whether this connection may become a stream; it is one from now on. */
  public boolean stream(HttpConnection connection) {
    ClientConnection client = open.get(connection);
    if (client == null || client.stream) {
      return client != null;
    }
    long streams =
        open.values().stream()
            .filter(one -> one.stream && one.address.equals(client.address))
            .count();
    client.stream = streams < limits.streamsPerAddress() || proxy.test(client.address);
    return client.stream;
  }

  /** The number of open connections. */
  public int size() {
    return open.size();
  }

  private boolean over(String address) {
    return count(address) > limits.connectionsPerAddress() && !proxy.test(address);
  }

  /**
   * Not at once: what new connections have sent is read first, so that a probe among many strangers
   * is answered. {@link AcceptLimit} bounds how many there can be meanwhile.
   */
  private void trimSoon() {
    if (!trimming) {
      trimming = true;
      vertx.setTimer(1, _ -> trim());
    }
  }

  private void trim() {
    trimming = false;
    Set.copyOf(byAddress.keySet()).stream()
        .filter(this::over)
        .forEach(address -> evict(address, count(address) - limits.connectionsPerAddress()));
    while (open.size() > limits.connections()) {
      evict(busiestAddress(), 1);
    }
  }

  private void evict(String address, int count) {
    long now = System.nanoTime();
    open.values().stream()
        .filter(client -> client.address.equals(address))
        .sorted(
            Comparator.<ClientConnection>comparingInt(one -> one.worth(now))
                .thenComparingLong(one -> one.since - now))
        .limit(count)
        .toList()
        .forEach(this::abort);
  }

  private String busiestAddress() {
    return byAddress.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
  }

  private void sweep() {
    long now = System.nanoTime();
    Set.copyOf(open.values()).stream()
        .filter(client -> client.overdue(now, limits))
        .forEach(this::abort);
  }

  private void abort(ClientConnection client) {
    closed(client);
    closer.close(client.connection);
  }

  private void closed(ClientConnection client) {
    if (open.remove(client.connection) == null) {
      return;
    }
    bytes -= client.unread;
    byAddress.computeIfPresent(client.address, (_, count) -> less(count));
    if (open.isEmpty()) {
      vertx.cancelTimer(timer);
      timer = -1;
    }
  }

  private static @Nullable Integer less(int count) {
    return count == 1 ? null : count - 1;
  }

  private int count(String address) {
    return byAddress.getOrDefault(address, 0);
  }

  private long sweepMillis() {
    Duration third = limits.requestTime().dividedBy(3);
    return Math.max(1, (third.compareTo(MAX_SWEEP) < 0 ? third : MAX_SWEEP).toMillis());
  }
}
