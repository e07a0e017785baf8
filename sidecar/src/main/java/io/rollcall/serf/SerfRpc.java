package io.rollcall.serf;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rollcall.core.model.Roster;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Client of one agent's RPC, on the context it is made on; all its methods are called there. From
 * its start, or the first request, to its close it keeps one connection. One that breaks is made
 * anew after 100 ms, then after twice as long each time, up to 2 s; until then each request fails
 * with the reason. Connecting and each request may take 2 s.
 */
public final class SerfRpc {
  private static final long FIRST_RETRY_MS = 100;
  private static final long LAST_RETRY_MS = 2000;

  private final Vertx vertx;
  private final Context context;
  private final SerfAgent agent;
  private final Map<String, Function<String, String>> answers;
  private final Handler<RpcState> states;
  private final NetClient client;

  /** The connection, the attempt at one, or why there is none until the next attempt. */
  private @Nullable Future<RpcConnection> current;

  private @Nullable RpcState reported;
  private long retryMs = FIRST_RETRY_MS;
  private long retry = -1;
  private boolean closed;

  /**
   * @param answers for each query of the gossip by name, from its payload to the answer, at most
   *     1024 bytes; called on the context
   * @param states gets each change, and {@code Connected} each time a connection is made
   */
  public SerfRpc(
      Vertx vertx,
      SerfAgent agent,
      Map<String, Function<String, String>> answers,
      Handler<RpcState> states) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.agent = agent;
    this.answers = Map.copyOf(answers);
    this.states = states;
    int timeout = (int) RpcConnection.ANSWER_WITHIN.toMillis();
    this.client = vertx.createNetClient(new NetClientOptions().setConnectTimeout(timeout));
  }

  /** Begins to connect; what comes of it is told to the handler. */
  public void start() {
    connection().onComplete(_ -> {}); // up and down tell it
  }

  /** All members that the agent knows. Fails with one line that names the agent. */
  public Future<Roster> members() {
    return connection().compose(c -> c.ask(RpcRequest.MEMBERS, RpcReply::members));
  }

  /** What the agent says of itself. Fails with one line that names the agent. */
  public Future<SerfHealth> health() {
    return connection().compose(c -> c.ask(RpcRequest.STATS, RpcReply::health));
  }

  /**
   * Sets a tag of the agent's own and leaves its others as they are. It has a connection for
   * itself, on which it may take 7 s, since the agent reads nothing else there meanwhile. Fails
   * with one line that names the agent.
   */
  public Future<Void> tag(String key, String value) {
    return closed
        ? Future.failedFuture(agent.line("closed"))
        : open().compose(c -> c.tag(key, value).onComplete(_ -> c.end("done")));
  }

  /** Closes the connection; what is still asked fails. The handler is not called again. */
  public Future<Void> close() {
    closed = true;
    vertx.cancelTimer(retry);
    if (current != null) {
      current.onSuccess(c -> c.end("closed"));
    }
    return client.close();
  }

  private Future<RpcConnection> connection() {
    if (closed) {
      return Future.failedFuture(agent.line("closed"));
    }
    return current == null ? connect() : current;
  }

  private Future<RpcConnection> connect() {
    Future<RpcConnection> attempt = open().compose(this::listen);
    current = attempt;
    return attempt.onSuccess(this::up).onFailure(e -> down(String.valueOf(e.getMessage())));
  }

  /** A connection on which the agent takes requests. */
  private Future<RpcConnection> open() {
    return client
        .connect(agent.port(), agent.host())
        .recover(e -> Future.failedFuture(agent.line(reason(e))))
        .compose(this::greet);
  }

  private Future<RpcConnection> greet(NetSocket socket) {
    var connection = new RpcConnection(vertx, agent, socket);
    return connection
        .ask(RpcRequest.HANDSHAKE)
        .compose(_ -> authenticate(connection))
        .map(connection)
        .onFailure(_ -> connection.end("refused"));
  }

  private Future<Void> authenticate(RpcConnection connection) {
    return agent.authKey() == null
        ? Future.succeededFuture()
        : connection.ask(RpcRequest.auth(agent.authKey()));
  }

  private Future<RpcConnection> listen(RpcConnection connection) {
    return answers.isEmpty()
        ? Future.succeededFuture(connection)
        : connection.stream(answers.keySet(), query -> answer(connection, query))
            .map(connection)
            .onFailure(_ -> connection.end("refused"));
  }

  /** In a turn of its own: an answer that throws must not hold up the bytes behind its query. */
  private void answer(RpcConnection connection, RpcReply.Query query) {
    var answer = answers.get(query.name());
    if (answer != null) {
      context.runOnContext(_ ->
          connection
              .ask(RpcRequest.respond(query.id(), answer.apply(query.payload()).getBytes(UTF_8)))
              // an answer that comes too late is refused; whoever asked will ask again
              .onComplete(_ -> {}));
    }
  }

  private void up(RpcConnection connection) {
    retryMs = FIRST_RETRY_MS;
    connection.ended().onSuccess(this::down);
    reported = null;
    report(new RpcState.Connected());
  }

  private void down(String why) {
    if (!closed) {
      current = Future.failedFuture(why);
      retry = vertx.setTimer(retryMs, _ -> connect().onComplete(_ -> {}));
      retryMs = Math.min(2 * retryMs, LAST_RETRY_MS);
      report(new RpcState.Disconnected(why));
    }
  }

  private void report(RpcState state) {
    if (!closed && !state.equals(reported)) {
      reported = state;
      states.handle(state);
    }
  }

  private static String reason(Throwable e) {
    return switch (e) {
      case UnknownHostException _ -> "unknown host";
      case ConnectException refused
          when String.valueOf(refused.getMessage()).startsWith("Connection refused") ->
          "connection refused";
      default -> String.valueOf(e.getMessage());
    };
  }
}
