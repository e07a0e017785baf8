package io.rollcall.serf;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.control.MemberInput.AgentConnected;
import io.rollcall.core.control.MemberInput.AgentDisconnected;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Roster;
import io.rollcall.testing.FreePorts;
import io.rollcall.testing.RealSerf;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Member lists, keys and queries, on real agents. */
@Tag("image")
final class SerfRpcIT extends SerfFixture {
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
                new Member("a", localhost, MemberStatus.ALIVE, odd),
                new Member(b.name(), localhost, MemberStatus.ALIVE, Map.of()))),
        loop.get(rpc::members));
  }

  @Test
  void listsAMemberThatLeft() {
    var a = opened(RealSerf.named("a").start());
    var leaver = opened(RealSerf.named("leaver").join(a).start());
    var rpc = client(a, Map.of());
    await().until(() -> loop.get(rpc::members).count(MemberStatus.ALIVE) == 2);
    leaver.leave();
    await().until(() -> status(rpc, "leaver") == MemberStatus.LEFT);
  }

  @Test
  void listsAMemberThatFailed() {
    var a = opened(RealSerf.named("a").start());
    var victim = opened(RealSerf.named("victim").join(a).start());
    var rpc = client(a, Map.of());
    await().until(() -> loop.get(rpc::members).count(MemberStatus.ALIVE) == 2);
    victim.kill();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> status(rpc, "victim") == MemberStatus.FAILED);
  }

  @Test
  void readsTheHealthOfTheAgent() {
    var a = opened(RealSerf.named("a").tag("k", "v").with("-event-handler=user=true").start());
    assertEquals(new SerfHealth("a", 0, false), loop.get(client(a, Map.of())::health));
  }

  @Test
  void reachesAnAgentByIpv6() {
    var loopback = InetAddress.ofLiteral("::1");
    var a = opened(RealSerf.named("a", "::1").start());
    var roster = loop.get(client(a, Map.of())::members);
    assertEquals(
        Roster.of(List.of(new Member("a", loopback, MemberStatus.ALIVE, Map.of()))), roster);
  }

  @Test
  void sendsTheKeyThatTheAgentRequires() {
    var a = opened(RealSerf.named("a").rpcAuth("secret").start());
    var rpc = client(agent(a, "secret"), Map.of(QUERY, _ -> "drained"));
    assertEquals(1, loop.get(rpc::members).members().size());
    assertEquals("drained", answer(a, "s1\tb1"));
  }

  @Test
  void reportsThatTheKeyIsWrong() {
    var a = opened(RealSerf.named("a").rpcAuth("secret").start());
    var agent = agent(a, "wrong");
    var rpc = client(agent, Map.of());
    String line =
        "serf RPC %s: command auth failed: \"Invalid authentication token\" (serf.authKey is not the agent's rpc_auth)"
            .formatted(agent);
    assertEquals(line, loop.line(rpc::members));
    await().until(() -> states.equals(List.of(new AgentDisconnected(line))));
  }

  @Test
  void reportsThatAKeyIsRequired() {
    var a = opened(RealSerf.named("a").rpcAuth("secret").start());
    var agent = agent(a, null);
    assertEquals(
        "serf RPC %s: command stream failed: \"Authentication required\" (set serf.authKey)"
            .formatted(agent),
        loop.line(client(agent, Map.of())::members));
    assertEquals(
        "serf RPC %s: command stream failed: \"Authentication required\" (set serf.authKey)"
            .formatted(agent),
        loop.line(client(agent, Map.of(QUERY, _ -> ""))::members));
  }

  @Test
  void reportsThatTheConnectionIsRefused() {
    var agent = new SerfAgent("127.0.0.1", FreePorts.one(), null);
    assertEquals(
        "serf RPC %s: connection refused".formatted(agent),
        loop.line(client(agent, Map.of())::members));
  }

  @Test
  void reportsThatAnotherProgramListens() {
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
    assertTrue(
        line.startsWith("serf RPC " + agent + ": unexpected data, not of a Serf agent's RPC: "),
        line);
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
  void continuesAfterAnAnswerThatThrows() {
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
    assertEquals(List.of(new AgentConnected()), states);
  }

  private @Nullable MemberStatus status(SerfRpc rpc, String name) {
    var member = loop.get(rpc::members).get(name);
    return member == null ? null : member.gossip();
  }
}
