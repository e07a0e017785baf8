package io.rollcall.http.stream;

import io.rollcall.core.status.Status;
import io.rollcall.http.guard.ConnectionGuard;
import io.rollcall.logging.Logfmt;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open streams of server-sent events. A change is sent to each client within {@link #GATHER};
 * changes in between are sent together. A client that reads slowly gets nothing until it has read
 * what was sent, and then the newest state: its backlog does not grow. The server's idle timeout
 * closes a connection on which nothing is read for 30 s. Used on one context.
 */
public final class Broadcaster {
  private static final Logger LOG = LoggerFactory.getLogger(Broadcaster.class);

  /** Streams that may be open at once: each costs a connection and its buffers. */
  public static final int MAX_STREAMS = 256;

  /** Time for which changes are gathered, well below the 200 ms in which a view must change. */
  private static final Duration GATHER = Duration.ofMillis(50);

  /** Shorter than the idle timeouts of proxies and of the server itself. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

  private static final Buffer RETRY = Buffer.buffer("retry: 1000\n\n");

  private final Vertx vertx;
  private final Supplier<Status> status;
  private final IntConsumer sizeChanged;
  private final ConnectionGuard guard;
  private final Set<Client> open = new HashSet<>();
  private boolean gathering;
  private long keepAlive = -1;

  private record Client(
      HttpConnection connection,
      HttpServerResponse response,
      EventSource source,
      Subscription subscription) {}

  /**
   * Without any stream.
   *
   * @param status is called only while a stream is open
   * @param sizeChanged is given the number of open streams when it changes
   * @param guard counts what clients have not read
   */
  public Broadcaster(
      Vertx vertx, Supplier<Status> status, IntConsumer sizeChanged, ConnectionGuard guard) {
    this.vertx = vertx;
    this.status = status;
    this.sizeChanged = sizeChanged;
    this.guard = guard;
  }

  /** The status may have changed. Costs nothing while no stream is open. */
  public void changed() {
    if (!open.isEmpty() && !gathering) {
      gathering = true;
      vertx.setTimer(GATHER.toMillis(), _ -> flush());
    }
  }

  /**
   * Answers with a stream that lasts until the client closes it.
   *
   * @param source where the subscription comes from
   * @return false if too many streams are open: then nothing was sent
   */
  public boolean open(HttpServerRequest request, EventSource source, Subscription subscription) {
    if (open.size() >= MAX_STREAMS) {
      return false;
    }
    HttpServerResponse response = request.response();
    response
        .putHeader("Content-Type", "text/event-stream; charset=utf-8")
        // Compression and the buffers of proxies would delay events.
        .putHeader("Content-Encoding", "identity")
        .putHeader("X-Accel-Buffering", "no")
        .setChunked(true);
    if (request.method().equals(HttpMethod.HEAD)) {
      response.end().onFailure(e -> LOG.debug("{}", Logfmt.of("response-not-sent"), e));
    } else {
      start(new Client(request.connection(), response, source, subscription));
    }
    return true;
  }

  /** The number of open streams. */
  public int size() {
    return open.size();
  }

  private void start(Client client) {
    client.response.exceptionHandler(_ -> close(client));
    client.response.closeHandler(_ -> close(client));
    open.add(client);
    sizeChanged.accept(open.size());
    if (keepAlive < 0) {
      keepAlive = vertx.setPeriodic(KEEP_ALIVE.toMillis(), _ -> comment());
    }
    write(client, RETRY);
    send(client);
  }

  private void flush() {
    gathering = false;
    if (!open.isEmpty()) {
      Status now = status.get();
      open.stream().map(Client::source).distinct().forEach(source -> source.refresh(now));
      Set.copyOf(open).forEach(this::send);
    }
  }

  /** Keeps quiet streams open, and finds those whose client is gone. */
  private void comment() {
    Set.copyOf(open)
        .forEach(client -> {
          if (!client.response.closed() && !guard.lags(client.connection)) {
            write(client, client.source.keepAlive());
          }
        });
  }

  private void send(Client client) {
    // not by writeQueueFull: that stays false while megabytes wait
    if (!client.response.closed() && !guard.lags(client.connection)) {
      Buffer next = client.subscription.next();
      if (next != null) {
        write(client, next);
      }
    }
  }

  private void write(Client client, Buffer text) {
    guard.sending(client.connection, text.length());
    client
        .response
        .write(text)
        .onFailure(e -> LOG.debug("{}", Logfmt.of("stream-closed"), e))
        .onComplete(_ -> {
          guard.sent(client.connection, text.length());
          if (open.contains(client)) {
            send(client);
          }
        });
  }

  private void close(Client client) {
    if (open.remove(client)) {
      sizeChanged.accept(open.size());
    }
    if (open.isEmpty()) {
      vertx.cancelTimer(keepAlive);
      keepAlive = -1;
    }
  }
}
