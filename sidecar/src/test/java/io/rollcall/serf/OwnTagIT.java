package io.rollcall.serf;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.control.MemberInput.AgentConnected;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.testing.RealSerf;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The agent's own tag is set. */
@Tag("image")
final class OwnTagIT extends SerfFixture {
  @Test
  void setsATagAndLeavesTheOthers() {
    var a = opened(RealSerf.named("a").tag("role", "balancer").tag("view", "old").start());
    var b = opened(RealSerf.named("b").join(a).start());
    var rpc = client(a, Map.of());
    await().until(() -> loop.get(rpc::members).count(MemberStatus.ALIVE) == 2);
    loop.get(() -> rpc.setTag("view", "new"));
    var expected = Map.of("role", "balancer", "view", "new");
    assertEquals(expected, tags(rpc, "a"));
    await().until(() -> tags(client(b, Map.of()), "a").equals(expected));
    assertEquals(List.of(new AgentConnected(), new AgentConnected()), states);
  }

  @Test
  void sendsOtherRequestsWhileATagIsGossiped() {
    var a = opened(RealSerf.named("a").start());
    var _ = opened(RealSerf.named("b").join(a).start());
    var rpc = client(a, Map.of());
    await().until(() -> loop.get(rpc::members).count(MemberStatus.ALIVE) == 2);
    var set = loop.start(() -> rpc.setTag("view", "new"));
    assertEquals(2, loop.get(rpc::members).members().size());
    assertFalse(set.isComplete(), "the agent replies when the tag was gossiped");
    loop.get(() -> set);
  }

  @Test
  void reportsThatATagIsRejected() {
    var a = opened(RealSerf.named("a").tag("note", "x".repeat(490)).start());
    var rpc = client(a, Map.of());
    String line = loop.line(() -> rpc.setTag("view", "0123456789abcdef"));
    assertTrue(
        line.startsWith("serf RPC %s: command tags failed: ".formatted(agent(a, null)))
            && line.contains("exceeds limit of 512 bytes"),
        line);
    assertEquals(Map.of("note", "x".repeat(490)), tags(rpc, "a"));
  }

  @Test
  void sendsTheKeyForATagToo() {
    var a = opened(RealSerf.named("a").rpcAuth("secret").start());
    var rpc = client(agent(a, "secret"), Map.of());
    loop.get(() -> rpc.setTag("view", "new"));
    assertEquals(Map.of("view", "new"), tags(rpc, "a"));
  }
}
