package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.testing.AppServer;
import io.rollcall.testing.RealHaproxy;
import io.rollcall.testing.TestClient;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person at the admin socket, beside the sidecar: s1 serves in slot1, the others are free. */
@Tag("image")
class ManualChangesIT {
  @TempDir Path folder;
  private Balancer balancer;
  private AppServer app;
  private RealHaproxy haproxy;

  @BeforeEach
  void start() throws Exception {
    balancer = new Balancer(folder);
    haproxy = balancer.haproxy;
    balancer.startAll();
    app = balancer.app("one");
    balancer.backend("s1", app);
    balancer.awaitRows("s1 slot1 serving");
  }

  @AfterEach
  void end() {
    balancer.close();
  }

  private String intent() throws Exception {
    return balancer.row("s1").get("intent").asText();
  }

  private int weight() throws Exception {
    return balancer.row("s1").get("weight").asInt();
  }

  private int drift() throws Exception {
    return balancer.pool("nodes").at("/drift/found").asInt();
  }

  private void awaitDrift(int found) {
    await().until(() -> drift() == found);
  }

  @Test
  void putsAForeignAddressRightAndCountsIt() throws Exception {
    haproxy.cli("set server nodes/slot1 addr 127.0.0.1 port 9");
    awaitDrift(1);
    balancer.awaitRows("s1 slot1 serving");
    await().until(() -> balancer.through().equals("one"));
  }

  @Test
  void takesAFreeSlotThatWasSetReadyOutAgainAndCountsIt() {
    haproxy.cli("set server nodes/slot3 state ready");
    awaitDrift(1);
    await().until(() -> haproxy.status("nodes", "slot3").equals("MAINT"));
    haproxy.cli("set server nodes/slot3 addr 127.0.0.1 port 9;set server nodes/slot3 state ready");
    awaitDrift(2);
    await().until(() -> haproxy.status("nodes", "slot3").equals("MAINT"));
  }

  @Test
  void putsAForeignWeightRightAndCountsIt() throws Exception {
    haproxy.cli("set server nodes/slot1 weight 50");
    awaitDrift(1);
    await().until(() -> weight() == 100);
    assertTrue(balancer.row("s1").get("intent").isNull());
  }

  @Test
  void switchesACheckOnAgainAndCountsIt() throws Exception {
    haproxy.cli("disable health nodes/slot1");
    awaitDrift(1);
    app.healthy(false);
    balancer.awaitRows("s1 slot1 down");
  }

  @Test
  void keepsAWeightOfZeroByHandOverARestartUntilAnotherIsSetByHand() throws Exception {
    haproxy.cli("set server nodes/slot1 weight 0");
    await().until(() -> intent().equals("weight 0 (by hand)"));
    balancer.stop();
    balancer.start();
    await().until(() -> weight() == 0 && intent().equals("weight 0 (by hand)"));
    haproxy.cli("set server nodes/slot1 weight 100");
    await().until(() -> balancer.row("s1").get("intent").isNull());
    assertEquals(100, weight());
    assertEquals(0, drift());
  }

  @Test
  void keepsADrainByHandUntilItIsSetReadyByHand() throws Exception {
    haproxy.cli("set server nodes/slot1 state drain");
    balancer.awaitRows("s1 slot1 parked");
    assertEquals("drain (by hand)", intent());
    haproxy.cli("set server nodes/slot1 state ready");
    balancer.awaitRows("s1 slot1 serving");
    assertTrue(balancer.row("s1").get("intent").isNull());
    assertEquals(0, drift());
  }

  @Test
  void liftsADrainByHandAlsoWhileItStillDrains() throws Exception {
    balancer.stop();
    balancer.drains(Duration.ofMinutes(1), Duration.ofMinutes(1));
    balancer.start();
    balancer.awaitRows("s1 slot1 serving");
    balancer.through(TestClient.withCookies()); // its session keeps the drain from ending
    haproxy.cli("set server nodes/slot1 state drain");
    balancer.awaitRows("s1 slot1 draining");
    haproxy.cli("set server nodes/slot1 state ready");
    balancer.awaitRows("s1 slot1 serving");
    assertTrue(balancer.row("s1").get("intent").isNull());
    assertEquals(0, drift());
  }

  @Test
  void keepsMaintenanceByHandOverRestartsOfBoth() throws Exception {
    haproxy.cli("set server nodes/slot1 state maint");
    balancer.awaitRows("s1 slot1 maint");
    assertEquals("maint (by hand)", intent());
    balancer.stop();
    haproxy.restart();
    balancer.start();
    balancer.awaitRows("s1 slot1 maint");
    await().until(() -> haproxy.status("nodes", "slot1").equals("MAINT"));
    assertTrue(haproxy.cli("show servers state nodes").contains("slot1 127.0.0.1"));
  }
}
