package io.rollcall.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.testing.AppServer;
import io.rollcall.testing.FreePorts;
import io.rollcall.testing.RealHaproxy;
import io.rollcall.testing.RealSerf;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Configurations of other people, with the whole balancer beside the HAProxy under test. */
@Tag("haproxy")
class ForeignSlotsIT extends BalancerTest {
  private static final Duration WHILE = Duration.ofSeconds(2);

  private final AtomicInteger asked = new AtomicInteger();

  @Test
  void anOrderAndAParkedSlotWinOverAnAgentThatSaysReady() throws Exception {
    try (var agent = new ServerSocket(FreePorts.one(), 50, InetAddress.getLoopbackAddress())) {
      var _ = Thread.ofVirtual().start(() -> answer(agent));
      var _ =
          haproxy.edit(
              "default-server check",
              "default-server agent-check agent-inter 100ms agent-port %d check"
                  .formatted(agent.getLocalPort()));
      balancer.drains(Duration.ofSeconds(5), Duration.ofMillis(200));
      balancer.startAll();
      s1Serves();
      AppServer other = balancer.app("two");
      RealSerf s2 = balancer.backend("s2", other);
      balancer.awaitRows("s1 slot1 serving", "s2 slot2 serving");

      assertEquals(202, balancer.action("POST", "pools/nodes/members/s1/maint", "").statusCode());
      balancer.awaitRows("s1 slot1 maint", "s2 slot2 serving");
      stays("slot1", "two");

      assertEquals(202, balancer.action("POST", "pools/nodes/members/s1/ready", "").statusCode());
      balancer.awaitRows("s1 slot1 serving", "s2 slot2 serving");
      s2.cli("leave");
      balancer.awaitRows("s1 slot1 serving", "s2 slot2 parked");
      stays("slot2", "one");
      int events = balancer.status().path("events").size();
      assertTrue(events < 40, () -> events + " events");
    }
  }

  /** The server stays out of rotation while the agent is asked or could be; the other answers. */
  private void stays(String slot, String answer) throws IOException {
    await()
        .atMost(WHILE.multipliedBy(2))
        .during(WHILE)
        .until(() -> haproxy.status("nodes", slot).equals("MAINT"));
    assertTrue(asked.get() > 0, "the agent of the other was asked");
    for (int i : IntStream.range(0, 50).toArray()) {
      assertEquals(answer, balancer.through(), "request " + i);
    }
  }

  private void answer(ServerSocket agent) {
    while (true) {
      try (var connection = agent.accept()) {
        asked.incrementAndGet();
        connection.getOutputStream().write("ready up\n".getBytes(US_ASCII));
      } catch (SocketException _) {
        return; // closed at the end
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  @Test
  void aPoolWhoseFrontendHasItsNameServes() throws Exception {
    var _ = haproxy.edit("frontend localnodes", "frontend nodes");
    if (RealHaproxy.version() >= 303) {
      Throwable refusal = assertThrows(Throwable.class, haproxy::start);
      assertTrue(haproxy.log().contains("nodes"), () -> refusal + haproxy.log());
      return;
    }
    balancer.startAll();
    s1Serves();
    assertEquals("one", balancer.through());
    await().until(balancer::state, "in-sync"::equals);
  }

  @Test
  void slotsThatTrackAnotherServerAreReportedAndServeAsThatDoes() throws Exception {
    var _ =
        haproxy.edit("slot.invalid:1 init-addr", "slot.invalid:1 no-check track watch/w init-addr");
    var _ =
        haproxy.edit(
            "\nbackend nodes\n",
            """

            backend watch
                option httpchk GET /health
                server w 127.0.0.1:%d check inter 100ms rise 1 fall 1
            backend nodes
            """
                .formatted(app.port()));
    balancer.startAll();
    s1Serves();
    await().until(balancer::state, "degraded"::equals);
    String reasons = balancer.status().at("/balancer/reasons").toString();
    assertTrue(reasons.contains("slot1 tracks another server"), reasons);
    assertTrue(reasons.contains("replace \\\"track\\\" by \\\"check\\\""), reasons);
    assertEquals("one", balancer.through());

    app.healthy(false);
    balancer.awaitRows("s1 slot1 down");
    app.healthy(true);
    balancer.awaitRows("s1 slot1 serving");
  }
}
