package io.rollcall.haproxy;

import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.haproxy.RuntimeFailure.NeverSent;
import io.rollcall.haproxy.RuntimeFailure.Unreadable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one connection to a HAProxy process that accepts commands. It connects at the first request
 * and, whenever the connection is lost, again after 20 ms and then after twice as long each time,
 * up to 1 s. The delay is 20 ms again once a connection has lasted 1 s, so that a connection that
 * is dropped at each first command does not cause a storm. Used on the context that made it.
 */
final class RuntimeLink {
  private static final Duration FIRST_DELAY = Duration.ofMillis(20);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(1);

  private record Established(RuntimeConnection connection, HaproxyInfo info) {}

  private final Vertx vertx;
  private final NetClient client;
  private final String path;
  private final Duration timeout;
  private final RuntimeApi.ConnectionListener listener;
  private @Nullable Future<RuntimeConnection> connection;
  private Duration delay = FIRST_DELAY;
  private String lastReason = "";
  private boolean closed;

  RuntimeLink(Vertx vertx, String path, Duration timeout, RuntimeApi.ConnectionListener listener) {
    this.vertx = vertx;
    this.client = vertx.createNetClient();
    this.path = path;
    this.timeout = timeout;
    this.listener = listener;
  }

  /** The connection; while there is none it fails at once with {@link NeverSent} and the reason. */
  Future<RuntimeConnection> connection() {
    assert Context.isOnEventLoopThread();
    var known = connection;
    return known != null ? known : connect();
  }

  /** Sends the commands and parses the replies. An unreadable reply closes the connection. */
  <T extends @Nullable Object> Future<T> send(
      List<Command> commands, Function<List<String>, T> parser) {
    return connection().compose(c -> send(c, commands, parser));
  }

  /** Closes the connection. Nothing is reported after it. */
  Future<Void> close() {
    closed = true;
    var last = connection;
    connection = Future.failedFuture(new NeverSent("closed"));
    if (last != null) {
      last.onSuccess(c -> c.close("closed"));
    }
    return client.close();
  }

  /**
   * To be called after an unexpected reply: closes the connection if the next reply is one to
   * another command, or if the process refuses all changes. Never fails.
   */
  static Future<Void> verify(RuntimeConnection connection) {
    return identify(connection).transform(_ -> Future.succeededFuture());
  }

  private static <T extends @Nullable Object> Future<T> send(
      RuntimeConnection connection, List<Command> commands, Function<List<String>, T> parser) {
    return connection
        .send(commands)
        .map(parser)
        .onFailure(failure -> {
          if (failure instanceof Unreadable unreadable) {
            connection.close(unreadable.reason());
          }
        });
  }

  private Future<RuntimeConnection> connect() {
    var attempt =
        RuntimeConnection.open(vertx, client, path, timeout, listener::answered)
            .compose(RuntimeLink::identify)
            .recover(failure ->
                reason(failure).compose(line -> Future.failedFuture(new NeverSent(line))));
    // first the listener, then the commands that wait for the connection
    attempt
        .onSuccess(this::connected)
        .onFailure(failure -> disconnected(String.valueOf(failure.getMessage())));
    var connecting = attempt.map(Established::connection);
    connection = connecting;
    return connecting;
  }

  private static Future<Established> identify(RuntimeConnection connection) {
    return send(connection, InfoParser.COMMANDS, replies -> InfoParser.active(replies))
        .map(info -> new Established(connection, info));
  }

  private Future<String> reason(Throwable failure) {
    return failure instanceof RuntimeFailure known
        ? Future.succeededFuture(SocketDiagnosis.line(path, known.reason()))
        : SocketDiagnosis.diagnose(vertx.fileSystem(), path, failure);
  }

  private void connected(Established established) {
    if (closed) {
      established.connection.close("closed");
      return;
    }
    lastReason = "";
    long since = System.nanoTime();
    listener.connected(established.info);
    established
        .connection
        .closed()
        .onSuccess(reason -> {
          if (System.nanoTime() - since > LONGEST_DELAY.toNanos()) {
            delay = FIRST_DELAY;
          }
          disconnected(SocketDiagnosis.line(path, reason));
        });
  }

  private void disconnected(String reason) {
    if (closed) {
      return;
    }
    connection = Future.failedFuture(new NeverSent(reason));
    vertx.setTimer(delay.toMillis(), _ -> reconnect());
    var longer = delay.multipliedBy(2);
    delay = longer.compareTo(LONGEST_DELAY) < 0 ? longer : LONGEST_DELAY;
    if (!reason.equals(lastReason)) {
      lastReason = reason;
      listener.disconnected(reason);
    }
  }

  private void reconnect() {
    if (!closed) {
      // the listener receives its outcome
      var _ = connect();
    }
  }
}
