package io.rollcall.serf;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.MemberStatus;
import io.rollcall.serf.RpcState.Connected;
import io.rollcall.testing.RealSerf;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The agent's own tag is set. */
@Tag("image")
final class OwnTagIT extends SerfTest {
  @Test
  void setsATagAndLeavesTheOthers() {
    var a = opened(RealSerf.named("a").tag("role", "balancer").tag("view", "old").start());
    var b = opened(RealSerf.named("b").join(a).start());
    var rpc = client(a, Map.of());
    await().until(() -> loop.get(rpc::members).count(MemberStatus.ALIVE) == 2);
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
    await().until(() -> loop.get(rpc::members).count(MemberStatus.ALIVE) == 2);
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
}
