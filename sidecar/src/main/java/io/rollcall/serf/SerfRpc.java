package io.rollcall.serf;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rollcall.core.control.MemberInput;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.Roster;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Client of one agent's RPC, on the context that made it; all methods are called there. From its
 * start, or the first request, to its close it keeps one connection. After a failure it connects
 * again after 100 ms, then after twice as long each time, up to 2 s; until then each request fails
 * with the reason. Connecting and each request may take 2 s. Every failure has one line as its
 * message, which names the agent.
 */
final class SerfRpc {
  private static final long FIRST_RETRY_MS = 100;
  private static final long LAST_RETRY_MS = 2000;

  private final Vertx vertx;
  private final Context context;
  private final SerfAgent agent;
  private final Map<String, Function<String, Future<String>>> answers;
  private final Consumer<MemberInput> states;
  private final Consumer<EventLine.UserEvent> userEvents;
  private final NetClient client;

  /** The connection, the attempt at one, or why there is none until the next attempt. */
  private @Nullable Future<RpcConnection> current;

  private @Nullable MemberInput reported;
  private long retryMs = FIRST_RETRY_MS;
  private long retryTimer = -1;

  /** The agent answers filtered requests, as far as is known. */
  private boolean filters = true;

  private boolean closed;

  /**
   * @param answers for each query by name, from its payload to the answer, at most 1024 bytes;
   *     called on the context
   * @param states receives {@link MemberInput.AgentConnected} each time a connection is made,
   *     {@link MemberInput.AgentDisconnected} each time the reason changes, and {@link
   *     MemberInput.MembersChanged} for each hint of the agent's event stream and log
   * @param userEvents receives the user events of Rollcall
   */
  SerfRpc(
      Vertx vertx,
      SerfAgent agent,
      Map<String, Function<String, Future<String>>> answers,
      Consumer<MemberInput> states,
      Consumer<EventLine.UserEvent> userEvents) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.agent = agent;
    this.answers = Map.copyOf(answers);
    this.states = states;
    this.userEvents = userEvents;
    int timeout = (int) RpcConnection.TIMEOUT.toMillis();
    this.client = vertx.createNetClient(new NetClientOptions().setConnectTimeout(timeout));
  }

  /** Starts to connect. */
  void start() {
    connection().onComplete(_ -> {}); // reported by connected or disconnected
  }

  /** All members that the agent knows. */
  Future<Roster> members() {
    return connection().compose(c -> c.send(RpcRequest.MEMBERS, RpcReply::members));
  }

  /** The members of these names. An agent that cannot filter is asked for all. */
  Future<List<Member>> members(Set<String> names) {
    Future<Roster> read =
        filters
            ? connection()
                .compose(c -> c.send(RpcRequest.members(names), RpcReply::members))
                .recover(_ -> {
                  filters = false;
                  return members();
                })
            : members();
    return read.map(roster ->
        roster.members().values().stream().filter(m -> names.contains(m.name())).toList());
  }

  /** A key is sent; an agent without one refuses it. */
  boolean hasKey() {
    return agent.authKey() != null;
  }

  /** What the agent reports of itself. */
  Future<SerfHealth> health() {
    return connection().compose(c -> c.send(RpcRequest.STATS, RpcReply::health));
  }

  /**
   * Sets a tag of the agent's own and leaves its others as they are. It uses a connection of its
   * own and may take 7 s, because the agent reads nothing else there in the meantime.
   */
  Future<Void> setTag(String key, String value) {
    return closed
        ? Future.failedFuture(agent.message("closed"))
        : open().compose(c -> c.setTag(key, value).onComplete(_ -> c.close("done")));
  }

  /** Closes the connection; requests without a reply fail. Nothing is reported after it. */
  Future<Void> close() {
    closed = true;
    vertx.cancelTimer(retryTimer);
    if (current != null) {
      current.onSuccess(c -> c.close("closed"));
    }
    return client.close();
  }

  private Future<RpcConnection> connection() {
    if (closed) {
      return Future.failedFuture(agent.message("closed"));
    }
    return current == null ? connect() : current;
  }

  private Future<RpcConnection> connect() {
    Future<RpcConnection> attempt = open().compose(this::subscribe);
    current = attempt;
    return attempt
        .onSuccess(this::connected)
        .onFailure(e -> disconnected(String.valueOf(e.getMessage())));
  }

  /** A connection on which the agent accepts requests. */
  private Future<RpcConnection> open() {
    return client
        .connect(agent.port(), agent.host())
        .recover(e -> Future.failedFuture(agent.message(reason(e))))
        .compose(this::handshake);
  }

  private Future<RpcConnection> handshake(NetSocket socket) {
    var connection = new RpcConnection(vertx, agent, socket);
    return connection
        .send(RpcRequest.HANDSHAKE)
        .compose(_ -> authenticate(connection))
        .map(connection)
        .onFailure(_ -> connection.close("handshake failed"));
  }

  private Future<Void> authenticate(RpcConnection connection) {
    return agent.authKey() == null
        ? Future.succeededFuture()
        : connection.send(RpcRequest.auth(agent.authKey()));
  }

  /** The log is a hint that an agent need not give. */
  private Future<RpcConnection> subscribe(RpcConnection connection) {
    return connection.stream(
            RpcRequest.stream(AnnouncementEvent.NAMES, answers.keySet()),
            in -> receive(connection, AgentEvent.read(in)))
        .onFailure(_ -> connection.close("subscription failed"))
        .compose(_ ->
            connection.stream(RpcRequest.MONITOR, in -> hint(LogHint.member(LogHint.read(in))))
                .otherwiseEmpty())
        .map(connection);
  }

  private void receive(RpcConnection connection, AgentEvent event) {
    switch (event) {
      case AgentEvent.Query query -> answer(connection, query);
      case AgentEvent.User(var user) -> context.runOnContext(_ -> userEvents.accept(user));
      case AgentEvent.Members(var names) -> changed(names);
    }
  }

  private void hint(@Nullable String name) {
    if (name != null) {
      changed(Set.of(name));
    }
  }

  /** In a task of its own, as the answer to a query. */
  private void changed(Set<String> names) {
    context.runOnContext(_ -> {
      if (!closed) {
        states.accept(new MemberInput.MembersChanged(names));
      }
    });
  }

  /** In a task of its own: an answer that throws must not stop the bytes after its query. */
  private void answer(RpcConnection connection, AgentEvent.Query query) {
    var answer = answers.get(query.name());
    if (answer != null) {
      context.runOnContext(_ ->
          answer
              .apply(query.payload())
              .compose(
                  text -> connection.send(RpcRequest.respond(query.id(), text.getBytes(UTF_8))))
              // an answer that is too late is rejected; the backend asks again
              .onComplete(_ -> {}));
    }
  }

  private void connected(RpcConnection connection) {
    retryMs = FIRST_RETRY_MS;
    connection.closed().onSuccess(this::disconnected);
    reported = null;
    report(new MemberInput.AgentConnected());
  }

  private void disconnected(String line) {
    if (!closed) {
      current = Future.failedFuture(line);
      retryTimer = vertx.setTimer(retryMs, _ -> connect().onComplete(_ -> {}));
      retryMs = Math.min(2 * retryMs, LAST_RETRY_MS);
      report(new MemberInput.AgentDisconnected(line));
    }
  }

  private void report(MemberInput state) {
    if (!closed && !state.equals(reported)) {
      reported = state;
      states.accept(state);
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
