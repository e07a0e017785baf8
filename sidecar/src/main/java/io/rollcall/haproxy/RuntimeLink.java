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
 * Keeps one connection to a HAProxy that takes commands: made at the first demand, made anew
 * whenever it is lost, after 20 ms and then twice as long each time, up to 1 s. The wait begins at
 * 20 ms again once a connection has lasted 1 s, so that one which is dropped at each first command
 * does not turn into a storm. Used on the context that made it.
 */
final class RuntimeLink {
  private static final Duration FIRST_WAIT = Duration.ofMillis(20);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

  private record Established(RuntimeConnection connection, HaproxyInfo info) {}

  private final Vertx vertx;
  private final NetClient client;
  private final String path;
  private final Duration timeout;
  private final RuntimeApi.ConnectionListener listener;
  private @Nullable Future<RuntimeConnection> connection;
  private Duration wait = FIRST_WAIT;
  private String lastLoss = "";
  private boolean closed;

  RuntimeLink(Vertx vertx, String path, Duration timeout, RuntimeApi.ConnectionListener listener) {
    this.vertx = vertx;
    this.client = vertx.createNetClient();
    this.path = path;
    this.timeout = timeout;
    this.listener = listener;
  }

  /** The connection; while there is none {@link NeverSent}, at once, with the reason. */
  Future<RuntimeConnection> connection() {
    assert Context.isOnEventLoopThread();
    var known = connection;
    return known != null ? known : connect();
  }

  /** A reply that can't be read closes the connection. */
  <T extends @Nullable Object> Future<T> ask(
      List<Command> commands, Function<List<String>, T> parser) {
    return connection().compose(c -> ask(c, commands, parser));
  }

  /** No event comes after this. */
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
   * After a reply that was not expected: closes the connection where it is one to another command
   * or where the process refuses all changes. Never fails.
   */
  static Future<Void> probe(RuntimeConnection connection) {
    return introduced(connection).transform(_ -> Future.succeededFuture());
  }

  /** Throws {@link Unreadable} for a process that refuses all changes, whatever else it says. */
  static HaproxyInfo usable(HaproxyInfo info) {
    if (info.stopping()) {
      throw new Unreadable("HAProxy process " + info.pid() + " is stopping");
    }
    return info;
  }

  private static <T extends @Nullable Object> Future<T> ask(
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
            .compose(RuntimeLink::introduced)
            .recover(failure -> explained(failure).compose(RuntimeLink::neverSent));
    // First the listener, then who waits for the connection.
    attempt
        .onSuccess(this::connected)
        .onFailure(failure -> lost(String.valueOf(failure.getMessage())));
    var connecting = attempt.map(Established::connection);
    connection = connecting;
    return connecting;
  }

  private static Future<Established> introduced(RuntimeConnection connection) {
    return ask(connection, InfoParser.COMMANDS, replies -> usable(InfoParser.parse(replies)))
        .map(info -> new Established(connection, info));
  }

  private Future<String> explained(Throwable failure) {
    return failure instanceof RuntimeFailure known
        ? Future.succeededFuture(SocketDiagnosis.line(path, known.reason()))
        : SocketDiagnosis.explain(vertx.fileSystem(), path, failure);
  }

  private static Future<Established> neverSent(String reason) {
    return Future.failedFuture(new NeverSent(reason));
  }

  private void connected(Established introduced) {
    if (closed) {
      introduced.connection.close("closed");
      return;
    }
    lastLoss = "";
    long since = System.nanoTime();
    listener.connected(introduced.info);
    introduced
        .connection
        .closed()
        .onSuccess(reason -> {
          if (System.nanoTime() - since > LONGEST_WAIT.toNanos()) {
            wait = FIRST_WAIT;
          }
          lost(SocketDiagnosis.line(path, reason));
        });
  }

  private void lost(String reason) {
    if (closed) {
      return;
    }
    connection = Future.failedFuture(new NeverSent(reason));
    vertx.setTimer(wait.toMillis(), _ -> reconnect());
    var longer = wait.multipliedBy(2);
    wait = longer.compareTo(LONGEST_WAIT) < 0 ? longer : LONGEST_WAIT;
    if (!reason.equals(lastLoss)) {
      lastLoss = reason;
      listener.lost(reason);
    }
  }

  private void reconnect() {
    if (!closed) {
      // Its outcome goes to the listener.
      var _ = connect();
    }
  }
}
