package io.rollcall.serf;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.Gossip;
import io.rollcall.core.Member;
import io.rollcall.core.Roster;
import io.rollcall.serf.RpcState.Connected;
import io.rollcall.serf.RpcState.Disconnected;
import io.rollcall.testing.EventLoop;
import io.rollcall.testing.FreePorts;
import io.rollcall.testing.RealSerf;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SerfRpcIT {
  private static final String QUERY = "rollcall-drained";

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final EventLoop loop = opened(new EventLoop());
  private final List<RpcState> states = new CopyOnWriteArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  @Test
  void listsEveryMemberWithItsTags() {
    var odd = Map.of("tab", "x\ty", "list", "a,b=c", "empty", "", "role", "backend", "é", "ü\n");
    var a = opened(RealSerf.named("a").tags(odd).start());
    var b = opened(RealSerf.named("b c;\\").join(a).start());
    var rpc = client(a, Map.of());
    await().until(() -> loop.get(rpc::members).members().size() == 2);
    var localhost = InetAddress.ofLiteral("127.0.0.1");
    assertEquals(
        Roster.of(
            List.of(
                new Member("a", localhost, Gossip.ALIVE, odd),
                new Member(b.name(), localhost, Gossip.ALIVE, Map.of()))),
        loop.get(rpc::members));
  }

  @Test
  void tellsWhoLeft() {
    var a = opened(RealSerf.named("a").start());
    var leaver = opened(RealSerf.named("leaver").join(a).start());
    var rpc = client(a, Map.of());
    await().until(() -> loop.get(rpc::members).count(Gossip.ALIVE) == 2);
    leaver.leave();
    await().until(() -> gossip(rpc, "leaver") == Gossip.LEFT);
    var health = loop.get(rpc::health);
    assertEquals(List.of(2, 0, 1), List.of(health.members(), health.failed(), health.left()));
  }

  @Test
  void tellsWhoFailed() {
    var a = opened(RealSerf.named("a").start());
    var victim = opened(RealSerf.named("victim").join(a).start());
    var rpc = client(a, Map.of());
    await().until(() -> loop.get(rpc::members).count(Gossip.ALIVE) == 2);
    victim.kill();
    await().atMost(Duration.ofSeconds(20)).until(() -> gossip(rpc, "victim") == Gossip.FAILED);
    var health = loop.get(rpc::health);
    assertEquals(List.of(2, 1, 0), List.of(health.members(), health.failed(), health.left()));
  }

  @Test
  void tellsTheHealthOfTheAgent() {
    var a = opened(RealSerf.named("a").tag("k", "v").with("-event-handler=user=true").start());
    assertEquals(
        new SerfHealth("a", 0, 1, 0, 0, 0, 0, 0, false), loop.get(client(a, Map.of())::health));
  }

  @Test
  void reachesAnAgentByIpv6() {
    var loopback = InetAddress.ofLiteral("::1");
    var a = opened(RealSerf.named("a", "::1").start());
    var roster = loop.get(client(a, Map.of())::members);
    assertEquals(Roster.of(List.of(new Member("a", loopback, Gossip.ALIVE, Map.of()))), roster);
  }

  @Test
  void givesTheKeyThatTheAgentWants() {
    var a = opened(RealSerf.named("a").rpcAuth("secret").start());
    var rpc = client(agent(a, "secret"), Map.of(QUERY, _ -> "drained"));
    assertEquals(1, loop.get(rpc::members).members().size());
    assertEquals("drained", answer(a, "s1\tb1"));
  }

  @Test
  void saysThatTheKeyIsRefused() {
    var a = opened(RealSerf.named("a").rpcAuth("secret").start());
    var agent = agent(a, "wrong");
    var rpc = client(agent, Map.of());
    String line = "serf rpc %s: auth refused: 'Invalid authentication token'".formatted(agent);
    assertEquals(line, loop.line(rpc::members));
    await().until(() -> states.equals(List.of(new Disconnected(line))));
  }

  @Test
  void saysThatAKeyIsWanted() {
    var a = opened(RealSerf.named("a").rpcAuth("secret").start());
    var agent = agent(a, null);
    assertEquals(
        "serf rpc %s: members refused: 'Authentication required'".formatted(agent),
        loop.line(client(agent, Map.of())::members));
    assertEquals(
        "serf rpc %s: stream refused: 'Authentication required'".formatted(agent),
        loop.line(client(agent, Map.of(QUERY, _ -> ""))::members));
  }

  @Test
  void saysThatNobodyListens() {
    var agent = new SerfAgent("127.0.0.1", FreePorts.one(), null);
    assertEquals(
        "serf rpc %s: connection refused".formatted(agent),
        loop.line(client(agent, Map.of())::members));
  }

  @Test
  void saysThatSomethingElseListens() {
    var server =
        loop.get(() ->
            loop.vertx()
                .createNetServer()
                .connectHandler(socket ->
                    socket.handler(
                        _ -> socket.write("HTTP/1.1 400 Bad Request\r\n\r\n").onComplete(_ -> {})))
                .listen(0, "127.0.0.1"));
    var agent = new SerfAgent("127.0.0.1", server.actualPort(), null);
    String line = loop.line(client(agent, Map.of())::members);
    assertTrue(line.startsWith("serf rpc " + agent + ": no answer of a Serf agent: "), line);
  }

  @Test
  void answersAQuery() {
    var a = opened(RealSerf.named("a").start());
    var rpc = client(a, Map.of(QUERY, payload -> "draining 1 2 of " + payload));
    loop.get(rpc::members);
    assertEquals("draining 1 2 of s1\tb1", answer(a, "s1\tb1"));
    assertEquals("draining 1 2 of ", answer(a, ""));
  }

  @Test
  void setsATagAndLeavesTheOthers() {
    var a = opened(RealSerf.named("a").tag("role", "balancer").tag("view", "old").start());
    var b = opened(RealSerf.named("b").join(a).start());
    var rpc = client(a, Map.of());
    await().until(() -> loop.get(rpc::members).count(Gossip.ALIVE) == 2);
    loop.get(() -> rpc.tag("view", "new"));
    var expected = Map.of("role", "balancer", "view", "new");
    assertEquals(expected, tags(rpc, "a"));
    await().until(() -> tags(client(b, Map.of()), "a").equals(expected));
    assertEquals(List.of(new Connected(), new Connected()), states);
  }

  @Test
  void asksOtherThingsWhileATagIsGossiped() {
    var a = opened(RealSerf.named("a").start());
    var _ = opened(RealSerf.named("b").join(a).start());
    var rpc = client(a, Map.of());
    await().until(() -> loop.get(rpc::members).count(Gossip.ALIVE) == 2);
    var set = loop.start(() -> rpc.tag("view", "new"));
    assertEquals(2, loop.get(rpc::members).members().size());
    assertFalse(set.isComplete(), "the agent answers when the tag was gossiped");
    loop.get(() -> set);
  }

  @Test
  void saysThatATagIsRefused() {
    var a = opened(RealSerf.named("a").tag("note", "x".repeat(490)).start());
    var rpc = client(a, Map.of());
    String line = loop.line(() -> rpc.tag("view", "0123456789abcdef"));
    assertTrue(
        line.startsWith("serf rpc %s: tags refused: ".formatted(agent(a, null)))
            && line.contains("exceeds limit of 512 bytes"),
        line);
    assertEquals(Map.of("note", "x".repeat(490)), tags(rpc, "a"));
  }

  @Test
  void givesTheKeyAlsoForATag() {
    var a = opened(RealSerf.named("a").rpcAuth("secret").start());
    var rpc = client(agent(a, "secret"), Map.of());
    loop.get(() -> rpc.tag("view", "new"));
    assertEquals(Map.of("view", "new"), tags(rpc, "a"));
  }

  @Test
  void outlivesAnAnswerThatThrows() {
    var a = opened(RealSerf.named("a").start());
    var rpc =
        client(
            a,
            Map.of(
                "throws",
                _ -> {
                  throw new IllegalStateException("an answer that throws");
                },
                QUERY,
                _ -> "drained"));
    loop.get(rpc::members);
    assertFalse(a.cli("query", "-timeout=300ms", "throws").contains("Response from"));
    assertEquals("drained", answer(a, "s1"));
    assertEquals(List.of(new Connected()), states);
  }

  @Test
  void comesBackToAnAgentThatWasRestarted() {
    var a = opened(RealSerf.named("a").tag("run", "1").start());
    var rpc = client(a, Map.of(QUERY, _ -> "drained"));
    loop.get(rpc::members);
    a.kill();
    String gone = "serf rpc %s: the agent closed the connection".formatted(agent(a, null));
    String refused = "serf rpc %s: connection refused".formatted(agent(a, null));
    await().until(() -> states.contains(new Disconnected(refused)));
    var _ = opened(a.startAgain());
    await().until(() -> states.getLast().equals(new Connected()));
    assertEquals(
        List.of(
            new Connected(), new Disconnected(gone), new Disconnected(refused), new Connected()),
        states);
    assertEquals(1, loop.get(rpc::members).members().size());
    assertEquals("drained", answer(a, "s1"));
  }

  @Test
  void leavesAConnectionThatDoesNotAnswer() throws Exception {
    var a = opened(RealSerf.named("a").start());
    var rpc = client(a, Map.of());
    loop.get(rpc::members);
    signal("STOP", a);
    String line = "serf rpc %s: no answer to members within 2 s".formatted(agent(a, null));
    assertEquals(line, loop.line(rpc::members));
    await().until(() -> states.getLast().equals(new Disconnected(line)));
    signal("CONT", a);
    await().atMost(Duration.ofSeconds(10)).until(() -> states.getLast().equals(new Connected()));
    assertEquals(1, loop.get(rpc::members).members().size());
  }

  @Test
  void asksNothingMoreOnceClosed() {
    var a = opened(RealSerf.named("a").start());
    var rpc = client(a, Map.of());
    loop.get(rpc::members);
    loop.get(rpc::close);
    assertEquals("serf rpc %s: closed".formatted(agent(a, null)), loop.line(rpc::members));
    assertEquals(List.of(new Connected()), states);
  }

  private SerfRpc client(RealSerf agent, Map<String, Function<String, String>> answers) {
    return client(agent(agent, null), answers);
  }

  private SerfRpc client(SerfAgent agent, Map<String, Function<String, String>> answers) {
    var rpc = loop.call(() -> new SerfRpc(loop.vertx(), agent, answers, states::add));
    loop.call(() -> {
      rpc.start();
      return agent;
    });
    open.push(() -> loop.get(rpc::close));
    return rpc;
  }

  private Map<String, String> tags(SerfRpc rpc, String name) {
    var member = loop.get(rpc::members).get(name);
    return member == null ? Map.of() : member.tags();
  }

  private @Nullable Gossip gossip(SerfRpc rpc, String name) {
    var member = loop.get(rpc::members).get(name);
    return member == null ? null : member.gossip();
  }

  private static SerfAgent agent(RealSerf serf, @Nullable String key) {
    return new SerfAgent(serf.ip(), serf.rpcPort(), key);
  }

  /** What the agent's own balancer answered to the query. */
  private static String answer(RealSerf agent, String payload) {
    String printed = agent.cli("query", "-timeout=500ms", QUERY, payload);
    String from = "Response from '" + agent.name() + "': ";
    return printed
        .lines()
        .filter(line -> line.startsWith(from))
        .findFirst()
        .map(line -> line.substring(from.length()))
        .orElse(printed);
  }

  private static void signal(String name, RealSerf agent) throws IOException, InterruptedException {
    var kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + agent.pid()).start();
    assertEquals(0, kill.waitFor());
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.push(resource);
    return resource;
  }
}
