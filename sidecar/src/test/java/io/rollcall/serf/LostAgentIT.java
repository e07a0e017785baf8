package io.rollcall.serf;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.control.MemberInput.AgentConnected;
import io.rollcall.core.control.MemberInput.AgentDisconnected;
import io.rollcall.testing.RealSerf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The agent is gone for a while, or for good. */
@Tag("image")
final class LostAgentIT extends SerfFixture {
  @Test
  void reconnectsToAnAgentThatWasRestarted() {
    var a = opened(RealSerf.named("a").tag("run", "1").start());
    var rpc = client(a, Map.of(QUERY, _ -> "drained"));
    loop.get(rpc::members);
    a.kill();
    String gone = "serf RPC %s: the agent closed the connection".formatted(agent(a, null));
    String refused = "serf RPC %s: connection refused".formatted(agent(a, null));
    await().until(() -> states.contains(new AgentDisconnected(refused)));
    var _ = opened(a.startAgain());
    await().until(() -> states.getLast().equals(new AgentConnected()));
    assertEquals(
        List.of(
            new AgentConnected(),
            new AgentDisconnected(gone),
            new AgentDisconnected(refused),
            new AgentConnected()),
        states);
    assertEquals(1, loop.get(rpc::members).members().size());
    assertEquals("drained", answer(a, "s1"));
  }

  @Test
  void closesAConnectionThatDoesNotReply() throws Exception {
    var a = opened(RealSerf.named("a").start());
    var rpc = client(a, Map.of());
    loop.get(rpc::members);
    signal("STOP", a);
    var status = Path.of("/proc/" + a.pid() + "/status");
    await().until(() -> Files.readString(status).contains("State:\tT"));
    String line = "serf RPC %s: command members timed out after 2 s".formatted(agent(a, null));
    assertEquals(line, loop.line(rpc::members));
    await().until(() -> states.getLast().equals(new AgentDisconnected(line)));
    signal("CONT", a);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> states.getLast().equals(new AgentConnected()));
    assertEquals(1, loop.get(rpc::members).members().size());
  }

  @Test
  void sendsNothingOnceClosed() {
    var a = opened(RealSerf.named("a").start());
    var rpc = client(a, Map.of());
    loop.get(rpc::members);
    loop.get(rpc::close);
    assertEquals("serf RPC %s: closed".formatted(agent(a, null)), loop.line(rpc::members));
    assertEquals(List.of(new AgentConnected()), states);
  }

  private static void signal(String name, RealSerf agent) throws IOException, InterruptedException {
    var kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + agent.pid()).start();
    assertEquals(0, kill.waitFor());
  }
}
