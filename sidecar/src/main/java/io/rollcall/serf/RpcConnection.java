package io.rollcall.serf;

import io.rollcall.core.Sanitizer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.channels.ClosedChannelException;
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
 * One connection to an agent. Requests may overlap: replies are matched by number, and the records
 * of a stream come between them. A reply that is late or malformed closes the connection, because
 * what follows could not be trusted. Every failure has one line as its message, which names the
 * agent.
 */
final class RpcConnection {
  static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** The agent itself gives up after 5 s ({@code BroadcastTimeout}) and reports that. */
  private static final Duration TAG_TIMEOUT = Duration.ofSeconds(7);

  /** No request has this number. */
  private static final long NONE = 0;

  private static final int SHOWN_ERROR = 80;
  private static final String CLOSED_BY_AGENT = "the agent closed the connection";

  private final Vertx vertx;
  private final SerfAgent agent;
  private final NetSocket socket;
  private final MessageFraming framing = new MessageFraming();
  private final Map<Long, PendingRequest<?>> pending = new HashMap<>();
  private final Promise<String> closed = Promise.promise();

  private long lastSeq;
  private final Map<Long, RecordReader> streams = new HashMap<>();

  /** The number whose header was received and whose body comes next. */
  private long bodyOf = NONE;

  private @Nullable String closeReason;

  /** Reads the body of a reply. */
  interface BodyReader<T> {
    T read(MessageUnpacker in) throws IOException;
  }

  /** Reads and handles one record of a stream. */
  interface RecordReader {
    void read(MessageUnpacker in) throws IOException;
  }

  /** A request without its reply; {@code body} is null if the agent sends only the header. */
  private record PendingRequest<T>(String command, @Nullable BodyReader<T> body, Promise<T> reply) {
    void read(MessageUnpacker in) throws IOException {
      reply.complete(Objects.requireNonNull(body).read(in));
    }
  }

  RpcConnection(Vertx vertx, SerfAgent agent, NetSocket socket) {
    this.vertx = vertx;
    this.agent = agent;
    this.socket = socket;
    socket
        .handler(this::receive)
        .exceptionHandler(e -> close(reason(e)))
        .closeHandler(_ -> close(CLOSED_BY_AGENT));
  }

  /** Completes with one line that names the agent and the reason when the connection is closed. */
  Future<String> closed() {
    return closed.future();
  }

  /** Sends a request whose reply has no body. */
  Future<Void> send(RpcRequest request) {
    return send(request, null, TIMEOUT);
  }

  /** Sends a request; the result is the body of its reply. */
  <T> Future<T> send(RpcRequest request, BodyReader<T> body) {
    return send(request, body, TIMEOUT);
  }

  /**
   * Sets a tag. The agent replies, and reads on, when the tag was gossiped: after 0.2 s or more.
   */
  Future<Void> setTag(String key, String value) {
    return send(RpcRequest.tag(key, value), null, TAG_TIMEOUT);
  }

  private <T> Future<T> send(RpcRequest request, @Nullable BodyReader<T> body, Duration timeout) {
    if (closeReason != null) {
      return Future.failedFuture(closeReason);
    }
    long seq = ++lastSeq;
    var sent = new PendingRequest<>(request.command(), body, Promise.<T>promise());
    pending.put(seq, sent);
    long timer =
        vertx.setTimer(
            timeout.toMillis(),
            _ ->
                close(
                    "command %s timed out after %d s"
                        .formatted(request.command(), timeout.toSeconds())));
    socket.write(request.bytes(seq)).onFailure(e -> close(reason(e)));
    return sent.reply().future().onComplete(_ -> vertx.cancelTimer(timer));
  }

  /** Subscribes to a stream. Once it has completed, the reader receives each record. */
  Future<Void> stream(RpcRequest request, RecordReader reader) {
    Future<Void> opened = send(request);
    streams.put(lastSeq, reader);
    return opened;
  }

  /** Closes the connection; requests without a reply fail with this reason. */
  void close(String reason) {
    if (closeReason == null) {
      String message = agent.message(reason);
      closeReason = message;
      var unanswered = List.copyOf(pending.values());
      pending.clear();
      socket.close().onComplete(_ -> {});
      unanswered.forEach(request -> request.reply().tryFail(message));
      closed.complete(message);
    }
  }

  private void receive(Buffer chunk) {
    try {
      framing.add(chunk);
      for (byte[] value = framing.next(); value != null; value = framing.next()) {
        accept(MessagePack.newDefaultUnpacker(value));
      }
    } catch (IOException | MessagePackException e) {
      close("unexpected data, not of a Serf agent's RPC: " + e.getMessage());
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
    PendingRequest<?> request = pending.get(header.seq());
    if (request == null && !streams.containsKey(header.seq())) {
      throw new ProtocolException("reply to request " + header.seq() + ", which was not sent");
    }
    if (request == null || (request.body() != null && header.error().isEmpty())) {
      bodyOf = header.seq();
      return;
    }
    pending.remove(header.seq());
    if (header.error().isEmpty()) {
      request.reply().complete();
    } else {
      request
          .reply()
          .fail(
              agent.message(
                  "command %s failed: %s%s"
                      .formatted(
                          request.command(),
                          Sanitizer.quoted(header.error(), SHOWN_ERROR),
                          advice(header.error()))));
    }
  }

  private static String reason(Throwable e) {
    return e instanceof ClosedChannelException ? CLOSED_BY_AGENT : String.valueOf(e.getMessage());
  }

  private static String advice(String error) {
    return switch (error) {
      case "Authentication required" -> " (set serf.authKey)";
      case "Invalid authentication token" -> " (serf.authKey is not the agent's rpc_auth)";
      default -> "";
    };
  }

  private void acceptBody(long seq, MessageUnpacker in) throws IOException {
    PendingRequest<?> request = pending.get(seq);
    RecordReader stream = streams.get(seq);
    if (request == null && stream != null) {
      stream.read(in);
    } else if (request != null) {
      request.read(in);
      pending.remove(seq);
    }
  }
}
