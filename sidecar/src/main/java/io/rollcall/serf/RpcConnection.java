package io.rollcall.serf;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;

/**
 * One connection to an agent. Requests may overlap: answers are matched by number, and the records
 * of a stream come between them. An answer that is late or of another form ends the connection,
 * since what follows could not be trusted.
 */
final class RpcConnection {
  static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

  /** The agent itself gives up after 5 s ({@code BroadcastTimeout}) and says so. */
  private static final Duration TAGGED_WITHIN = Duration.ofSeconds(7);

  /** No request has this number. */
  private static final long NONE = 0;

  private final Vertx vertx;
  private final SerfAgent agent;
  private final NetSocket socket;
  private final MessageFraming framing = new MessageFraming();
  private final Map<Long, Expected<?>> expected = new HashMap<>();
  private final Promise<String> ended = Promise.promise();

  private long lastSeq;
  private long streamSeq = NONE;
  private Handler<RpcReply.Query> queries = _ -> {};

  /** The number whose header came and whose body comes next. */
  private long bodyOf = NONE;

  private @Nullable String endedWhy;

  /** Reads the body of an answer. */
  interface Body<T> {
    T read(MessageUnpacker in) throws IOException;
  }

  /** An answer to come; {@code body} is null where the agent sends the header alone. */
  private record Expected<T>(String command, @Nullable Body<T> body, Promise<T> answer) {
    void read(MessageUnpacker in) throws IOException {
      answer.complete(Objects.requireNonNull(body).read(in));
    }
  }

  RpcConnection(Vertx vertx, SerfAgent agent, NetSocket socket) {
    this.vertx = vertx;
    this.agent = agent;
    this.socket = socket;
    socket
        .handler(this::receive)
        .exceptionHandler(e -> end(String.valueOf(e.getMessage())))
        .closeHandler(_ -> end("the agent closed the connection"));
  }

  /** Completes with one line that says why, when nothing more can be asked here. */
  Future<String> ended() {
    return ended.future();
  }

  Future<Void> ask(RpcRequest request) {
    return ask(request, null);
  }

  /** The agent answers, and reads on, only when it has gossiped the tag: after 0.2 s or more. */
  Future<Void> tag(String key, String value) {
    return ask(RpcRequest.tag(key, value), null, TAGGED_WITHIN);
  }

  /** The answer, or a failure whose message is one line with agent, command and what was wrong. */
  <T> Future<T> ask(RpcRequest request, @Nullable Body<T> body) {
    return ask(request, body, ANSWER_WITHIN);
  }

  private <T> Future<T> ask(RpcRequest request, @Nullable Body<T> body, Duration within) {
    if (endedWhy != null) {
      return Future.failedFuture(endedWhy);
    }
    long seq = ++lastSeq;
    var asked = new Expected<>(request.command(), body, Promise.<T>promise());
    expected.put(seq, asked);
    long timer =
        vertx.setTimer(
            within.toMillis(),
            _ ->
                end(
                    "no answer to %s within %d s"
                        .formatted(request.command(), within.toSeconds())));
    socket.write(request.bytes(seq)).onFailure(e -> end(String.valueOf(e.getMessage())));
    return asked.answer().future().onComplete(_ -> vertx.cancelTimer(timer));
  }

  /** Once it has completed, the handler gets each query of these names. */
  Future<Void> stream(Iterable<String> names, Handler<RpcReply.Query> handler) {
    Future<Void> opened = ask(RpcRequest.stream(names));
    streamSeq = lastSeq;
    queries = handler;
    return opened;
  }

  /** Closes it; what is still asked fails with this reason. */
  void end(String why) {
    if (endedWhy == null) {
      String line = agent.line(why);
      endedWhy = line;
      var unanswered = List.copyOf(expected.values());
      expected.clear();
      socket.close().onComplete(_ -> {});
      unanswered.forEach(asked -> asked.answer().tryFail(line));
      ended.complete(line);
    }
  }

  private void receive(Buffer chunk) {
    try {
      framing.add(chunk);
      for (byte[] value = framing.next(); value != null; value = framing.next()) {
        accept(MessagePack.newDefaultUnpacker(value));
      }
    } catch (IOException | MessagePackException e) {
      end("no answer of a Serf agent: " + e.getMessage());
    }
  }

  private void accept(MessageUnpacker in) throws IOException {
    if (bodyOf == NONE) {
      acceptHeader(RpcReply.header(in));
    } else {
      long seq = bodyOf;
      bodyOf = NONE;
      acceptBody(seq, in);
    }
  }

  private void acceptHeader(RpcReply.Header header) throws ProtocolException {
    Expected<?> asked = expected.get(header.seq());
    if (asked == null && header.seq() != streamSeq) {
      throw new ProtocolException("number " + header.seq() + " was not asked");
    }
    if (asked == null || (asked.body() != null && header.error().isEmpty())) {
      bodyOf = header.seq();
      return;
    }
    expected.remove(header.seq());
    if (header.error().isEmpty()) {
      asked.answer().complete();
    } else {
      String error = QuotedText.quoted(header.error());
      asked.answer().fail(agent.line(asked.command() + " refused: " + error));
    }
  }

  private void acceptBody(long seq, MessageUnpacker in) throws IOException {
    Expected<?> asked = expected.get(seq);
    if (asked == null) {
      queries.handle(RpcReply.query(in));
    } else {
      asked.read(in);
      expected.remove(seq);
    }
  }
}
