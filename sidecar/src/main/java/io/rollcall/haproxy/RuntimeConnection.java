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
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.BiConsumer;

/**
 * One persistent connection to the admin socket in {@code prompt} mode. Commands are sent in order,
 * up to {@value #PIPELINE} lines ahead of the replies. Used on the context that opened it.
 *
 * <pre>
 * GREETING → OPEN    the first prompt was received, and nothing before it
 * GREETING → CLOSED  as from OPEN, or something other than a prompt was received
 * OPEN     → CLOSED  {@link #close}; end of stream; a write failed; a reply is late, too large, or
 *                    belongs to no command
 * </pre>
 *
 * A closed connection stays closed: sent commands fail as {@link OutcomeUnknown}, waiting ones as
 * {@link NeverSent}, in the order of the commands. While a command waits, another is in flight.
 */
final class RuntimeConnection {
  /** Enough for HAProxy's full speed, few enough that an outage leaves few unknown outcomes. */
  static final int PIPELINE = 64;

  private static final String CLOSED_BY_HAPROXY = "connection closed by HAProxy";

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

  private static final String MASTER_PROMPT = "master>";
  private static final String MASTER =
      "this is the socket of the master process (-S); set haproxy.socket to the path of \"stats"
          + " socket\" in haproxy.cfg";

  private final Vertx vertx;
  private final NetSocket socket;
  private final Duration timeout;
  private final BiConsumer<String, Duration> answered;
  private final ReplyFramer framer = new ReplyFramer(this::framed);
  private final Queue<PendingCommand> waiting = new ArrayDeque<>();
  private final Queue<PendingCommand> inFlight = new ArrayDeque<>();
  private final List<String> parts = new ArrayList<>();
  private final Promise<String> closed = Promise.promise();
  private ConnectionState state = ConnectionState.GREETING;
  private long timer = -1;

  /** Since when a reply is waited for. */
  private long waitsSince;

  private RuntimeConnection(
      Vertx vertx, NetSocket socket, Duration timeout, BiConsumer<String, Duration> answered) {
    this.vertx = vertx;
    this.socket = socket;
    this.timeout = timeout;
    this.answered = answered;
    socket.handler(this::receive);
    socket.exceptionHandler(e -> close(reason(e)));
    socket.closeHandler(_ -> close(CLOSED_BY_HAPROXY));
  }

  /**
   * Connects and waits for the first prompt.
   *
   * @param timeout longest wait for a reply, from the reply before it
   * @param answered receives the kind of each command that was answered, and the time it took
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

  /** Sends the commands; the result are the replies in order, or the first failure. */
  Future<List<String>> send(List<Command> commands) {
    if (state == ConnectionState.CLOSED) {
      return Future.failedFuture(new NeverSent(closed.future().result()));
    }
    var replies = new ArrayList<Future<String>>(commands.size());
    for (Command command : commands) {
      var pending = new PendingCommand(command);
      waiting.add(pending);
      replies.add(pending.reply.future());
    }
    boolean idle = inFlight.isEmpty();
    flush();
    if (idle) {
      waitForReply();
    }
    return Future.all(replies).map(all -> all.<String>list());
  }

  /** Completes with the reason when the connection is closed; never fails. */
  Future<String> closed() {
    return closed.future();
  }

  /** Closes at once; a second call does nothing. */
  void close(String reason) {
    if (state == ConnectionState.CLOSED) {
      return;
    }
    state = ConnectionState.CLOSED;
    vertx.cancelTimer(timer);
    // the outcome of closing changes nothing
    socket.close().onComplete(_ -> {});
    closed.complete(reason);
    inFlight.forEach(c -> c.reply.fail(new OutcomeUnknown(c.command.line(), reason)));
    waiting.forEach(c -> c.reply.fail(new NeverSent(reason)));
  }

  private Future<RuntimeConnection> greet() {
    return send(List.of(Command.PROMPT))
        .compose(replies -> {
          if (!replies.getFirst().isEmpty()) {
            close("unexpected greeting (expected HAProxy's \"stats socket\")");
            return Future.failedFuture(new NeverSent(closed.future().result()));
          }
          state = ConnectionState.OPEN;
          return Future.succeededFuture(this);
        });
  }

  private void flush() {
    var lines = Buffer.buffer();
    while (!waiting.isEmpty() && inFlight.size() < PIPELINE) {
      var next = waiting.remove();
      lines.appendString(next.command.line()).appendString("\n");
      next.sentAt = System.nanoTime();
      inFlight.add(next);
    }
    if (lines.length() > 0) {
      socket.write(lines).onFailure(e -> close(reason(e)));
    }
  }

  private void receive(Buffer chunk) {
    if (state == ConnectionState.GREETING && chunk.toString().startsWith(MASTER_PROMPT)) {
      close(MASTER); // its prompt does not end a reply as that of a worker does
      return;
    }
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
    var answering = inFlight.peek();
    if (answering == null) {
      close("unexpected data: a reply to no command");
      return;
    }
    parts.add(part);
    if (parts.size() < answering.command.prompts()) {
      return;
    }
    inFlight.remove();
    String reply = (parts.size() == 1 ? part : String.join("\n", parts)).strip();
    parts.clear();
    flush();
    waitForReply();
    answered.accept(
        answering.command.kind(), Duration.ofNanos(System.nanoTime() - answering.sentAt));
    answering.reply.complete(reply);
  }

  /** Thousands of replies come one after the other: the timer that runs looks when it is due. */
  private void waitForReply() {
    waitsSince = System.nanoTime();
    if (timer < 0 && !inFlight.isEmpty() && state != ConnectionState.CLOSED) {
      timer = vertx.setTimer(timeout.toMillis(), _ -> timerDue());
    }
  }

  private void timerDue() {
    timer = -1;
    if (inFlight.isEmpty() || state == ConnectionState.CLOSED) {
      return;
    }
    long leftMs = timeout.toMillis() - (System.nanoTime() - waitsSince) / 1_000_000;
    if (leftMs <= 0) {
      timedOut();
    } else {
      timer = vertx.setTimer(leftMs, _ -> timerDue());
    }
  }

  private static String reason(Throwable e) {
    return e instanceof ClosedChannelException ? CLOSED_BY_HAPROXY : String.valueOf(e.getMessage());
  }

  private void timedOut() {
    close("timed out after " + timeout.toMillis() + " ms");
  }
}
