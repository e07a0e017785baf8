package io.rollcall.serf;

import io.rollcall.core.control.MemberInput;
import io.rollcall.testing.EventLoop;
import io.rollcall.testing.RealSerf;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** Makes clients of real agents, and closes them after each test. */
abstract class SerfFixture {
  static final String QUERY = "rollcall-drained";

  final Deque<AutoCloseable> open = new ArrayDeque<>();
  final EventLoop loop = opened(new EventLoop());
  final List<MemberInput> states = new CopyOnWriteArrayList<>();
  final List<EventLine.UserEvent> userEvents = new CopyOnWriteArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  SerfRpc client(RealSerf agent, Map<String, Function<String, String>> answers) {
    return client(agent(agent, null), answers);
  }

  SerfRpc client(SerfAgent agent, Map<String, Function<String, String>> answers) {
    var futures = new HashMap<String, Function<String, Future<String>>>();
    answers.forEach((query, answer) -> futures.put(query, answer.andThen(Future::succeededFuture)));
    var rpc =
        loop.call(() -> new SerfRpc(loop.vertx(), agent, futures, this::state, userEvents::add));
    loop.call(() -> {
      rpc.start();
      return agent;
    });
    open.push(() -> loop.get(rpc::close));
    return rpc;
  }

  /** Hints come whenever the agent logs something. */
  private void state(MemberInput input) {
    if (!(input instanceof MemberInput.MembersChanged)) {
      states.add(input);
    }
  }

  Map<String, String> tags(SerfRpc rpc, String name) {
    var member = loop.get(rpc::members).get(name);
    return member == null ? Map.of() : member.tags();
  }

  static SerfAgent agent(RealSerf serf, @Nullable String key) {
    return new SerfAgent(serf.ip(), serf.rpcPort(), key);
  }

  /** What the agent's own balancer answered to the query. */
  static String answer(RealSerf agent, String payload) {
    String printed = agent.cli("query", "-timeout=500ms", QUERY, payload);
    String from = "Response from '" + agent.name() + "': ";
    return printed
        .lines()
        .filter(line -> line.startsWith(from))
        .findFirst()
        .map(line -> line.substring(from.length()))
        .orElse(printed);
  }

  <T extends AutoCloseable> T opened(T resource) {
    open.push(resource);
    return resource;
  }
}
