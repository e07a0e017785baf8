package io.rollcall.haproxy;

import io.rollcall.haproxy.RuntimeFailure.NeverSent;
import io.rollcall.haproxy.RuntimeFailure.OutcomeUnknown;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.BiConsumer;

/**
 * One kept connection to the admin socket in {@code prompt} mode. Commands leave in the order they
 * came, up to {@value #PIPELINE} lines ahead of the replies. Used on the context that opened it.
 *
 * <pre>
 * GREETING → OPEN    the first prompt came, nothing before it
 * GREETING → CLOSED  as from OPEN, or something else than a prompt came
 * OPEN     → CLOSED  {@link #close}; end of stream; a write failed; a reply did not come in time,
 *                    is too large, or answers nothing
 * </pre>
 *
 * A closed connection stays closed: what was sent fails as {@link OutcomeUnknown}, what waited as
 * {@link NeverSent}, in the order of the commands. While one waits, another is under way.
 */
final class RuntimeConnection {
  /** Enough for HAProxy's full speed, few enough that an outage leaves little in doubt. */
  static final int PIPELINE = 64;

  private enum ConnectionState {
    GREETING,
    OPEN,
    CLOSED
  }

  private static final class PendingCommand {
    final Command command;
    final Promise<String> reply = Promise.promise();
    long sentAt;

    PendingCommand(Command command) {
      this.command = command;
    }
  }

  private final Vertx vertx;
  private final NetSocket socket;
  private final Duration timeout;
  private final BiConsumer<String, Duration> answered;
  private final ReplyFramer framer = new ReplyFramer(this::framed);
  private final Queue<PendingCommand> waiting = new ArrayDeque<>();
  private final Queue<PendingCommand> underWay = new ArrayDeque<>();
  private final List<String> parts = new ArrayList<>();
  private final Promise<String> closed = Promise.promise();
  private ConnectionState state = ConnectionState.GREETING;
  private long timer = -1;

  private RuntimeConnection(
      Vertx vertx, NetSocket socket, Duration timeout, BiConsumer<String, Duration> answered) {
    this.vertx = vertx;
    this.socket = socket;
    this.timeout = timeout;
    this.answered = answered;
    socket.handler(this::received);
    socket.exceptionHandler(e -> close(String.valueOf(e.getMessage())));
    socket.closeHandler(_ -> close("closed by HAProxy"));
  }

  /**
   * Connects and waits for the first prompt.
   *
   * @param timeout longest wait for a reply, from the reply before it
   * @param answered hears the kind of each command that was answered, and how long that took
   */
  static Future<RuntimeConnection> open(
      Vertx vertx,
      NetClient client,
      String path,
      Duration timeout,
      BiConsumer<String, Duration> answered) {
    return client
        .connect(SocketAddress.domainSocketAddress(path))
        .map(socket -> new RuntimeConnection(vertx, socket, timeout, answered))
        .compose(RuntimeConnection::greet);
  }

  /** The replies in order, or the first failure. */
  Future<List<String>> send(List<Command> commands) {
    if (state == ConnectionState.CLOSED) {
      return Future.failedFuture(new NeverSent(closed.future().result()));
    }
    var replies = new ArrayList<Future<String>>(commands.size());
    for (Command command : commands) {
      var asked = new PendingCommand(command);
      waiting.add(asked);
      replies.add(asked.reply.future());
    }
    boolean idle = underWay.isEmpty();
    flush();
    if (idle) {
      waitForReply();
    }
    return Future.all(replies).map(all -> all.<String>list());
  }

  /** The reason, once it is closed. Succeeds always. */
  Future<String> closed() {
    return closed.future();
  }

  /** Closes at once; the second time it does nothing. */
  void close(String reason) {
    if (state == ConnectionState.CLOSED) {
      return;
    }
    state = ConnectionState.CLOSED;
    vertx.cancelTimer(timer);
    // Nobody is left to tell whether the socket closed well.
    socket.close().onComplete(_ -> {});
    closed.complete(reason);
    underWay.forEach(a -> a.reply.fail(new OutcomeUnknown(a.command.line(), reason)));
    waiting.forEach(a -> a.reply.fail(new NeverSent(reason)));
  }

  private Future<RuntimeConnection> greet() {
    return send(List.of(Command.PROMPT))
        .compose(replies -> {
          if (!replies.getFirst().isEmpty()) {
            close("does not speak HAProxy's admin protocol");
            return Future.failedFuture(new NeverSent(closed.future().result()));
          }
          state = ConnectionState.OPEN;
          return Future.succeededFuture(this);
        });
  }

  private void flush() {
    var lines = Buffer.buffer();
    while (!waiting.isEmpty() && underWay.size() < PIPELINE) {
      var asked = waiting.remove();
      lines.appendString(asked.command.line()).appendString("\n");
      asked.sentAt = System.nanoTime();
      underWay.add(asked);
    }
    if (lines.length() > 0) {
      socket.write(lines).onFailure(e -> close(String.valueOf(e.getMessage())));
    }
  }

  private void received(Buffer chunk) {
    try {
      framer.feed(chunk);
    } catch (ReplyFramer.TooLarge e) {
      close(String.valueOf(e.getMessage()));
    }
  }

  private void framed(String part) {
    if (state == ConnectionState.CLOSED) {
      return;
    }
    var asked = underWay.peek();
    if (asked == null) {
      close("sent a reply that nothing asked for");
      return;
    }
    parts.add(part);
    if (parts.size() < asked.command.prompts()) {
      return;
    }
    underWay.remove();
    String reply = String.join("\n", parts).strip();
    parts.clear();
    flush();
    waitForReply();
    answered.accept(asked.command.kind(), Duration.ofNanos(System.nanoTime() - asked.sentAt));
    asked.reply.complete(reply);
  }

  private void waitForReply() {
    vertx.cancelTimer(timer);
    if (!underWay.isEmpty() && state != ConnectionState.CLOSED) {
      timer = vertx.setTimer(timeout.toMillis(), _ -> late());
    }
  }

  private void late() {
    close("no reply within " + timeout.toMillis() + " ms");
  }
}
