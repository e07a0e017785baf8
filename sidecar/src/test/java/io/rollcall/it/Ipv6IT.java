package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.testing.AppServer;
import io.rollcall.testing.RealSerf;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gossip, application and RPC on ::1. */
class Ipv6IT {
  @TempDir Path folder;

  @Test
  void servesAMemberAndKeepsItsAddressOverRestartsOfBoth() throws Exception {
    try (var balancer = new Balancer(folder)) {
      var app = balancer.keep(new AppServer("one", "::1"));
      var _ = balancer.haproxy.start();
      balancer.serf(RealSerf.named("ha", "::1"));
      balancer.start();
      balancer.backend("s1", app);
      balancer.awaitRows("s1 slot1 serving");
      assertEquals("one", balancer.through());
      assertEquals("::1", balancer.row("s1").get("address").asText());
      assertEquals(app.port(), balancer.row("s1").get("port").asInt());
      assertTrue(
          balancer.events("joining").toString().contains("at [::1]:" + app.port()),
          () -> "the journal says where");

      balancer.stop();
      balancer.haproxy.restart();
      assertEquals("one", balancer.through(), "the state file brings it back");
      balancer.start();
      balancer.awaitRows("s1 slot1 serving");
      assertEquals("::1", balancer.row("s1").get("address").asText());
      await().until(balancer::state, "in-sync"::equals);
      assertEquals(0, balancer.pool("nodes").at("/drift/found").asInt());
    }
  }
}
