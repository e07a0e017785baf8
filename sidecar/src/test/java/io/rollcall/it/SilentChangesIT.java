package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.testing.AppServer;
import io.rollcall.testing.ConcurrentTest;
import io.rollcall.testing.RealSerf;
import io.rollcall.testing.TestClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/**
 * Changes of which no handler of the agent ever hears. Here the agents have no handlers at all:
 * only the list, read each second, tells. {@code s1} and {@code s2} serve; two agents that are no
 * backends confirm suspicions.
 */
@Tag("image")
class SilentChangesIT {
  private static final Duration DETECTED = Duration.ofSeconds(30);

  @TempDir Path folder;
  private Balancer balancer;
  private RealSerf bystander;
  private AppServer app;
  private RealSerf agent;
  private RealSerf other;

  @BeforeEach
  void start() throws Exception {
    balancer = new Balancer(folder);
    balancer.startAll();
    balancer.keep(RealSerf.named("witness").join(balancer.agent()).start());
    bystander = balancer.keep(RealSerf.named("bystander").join(balancer.agent()).start());
    app = balancer.app("s1");
    agent = balancer.backend("s1", app);
    balancer.awaitRows("s1 slot1 serving");
    other = balancer.backend("s2", balancer.app("s2"));
    balancer.awaitRows("s1 slot1 serving", "s2 slot2 serving");
  }

  @AfterEach
  void end() {
    balancer.close();
  }

  private void crash() {
    agent.kill();
    app.close();
  }

  private void restart(RealSerf.Setup setup) {
    app = balancer.keep(new AppServer("s1", "127.0.0.1", app.port()));
    agent = balancer.keep(setup.join(bystander).start());
  }

  private void awaitRows(String... rows) {
    await().atMost(DETECTED).until(balancer::rows, List.of(rows)::equals);
  }

  /** The list was read twice more. */
  private void awaitResync() throws Exception {
    for (int i = 0; i < 2; i++) {
      String before = balancer.status().at("/serf/lastResyncAt").asText();
      await().until(() -> !balancer.status().at("/serf/lastResyncAt").asText().equals(before));
    }
  }

  private static void awaitListed(RealSerf by, String name, String status) {
    await()
        .atMost(DETECTED)
        .until(() -> by.cli("members", "-status=" + status, "-name=" + name).contains(name));
  }

  private int tracked() {
    String header = balancer.haproxy.cli("show table nodes").lines().findFirst().orElseThrow();
    return Integer.parseInt(header.replaceAll(".*used:", ""));
  }

  @ConcurrentTest
  void leavesAMemberInItsSlotThatCrashedAndCameBackUnnoticed() throws Exception {
    crash();
    restart(agent.setup());
    awaitResync();
    awaitRows("s1 slot1 serving", "s2 slot2 serving");
    awaitListed(balancer.agent(), "s1", "alive");
    assertTrue(balancer.events("parked").isEmpty());
  }

  @ConcurrentTest
  void forgetsTheSessionsOfAMemberThatCameBackUnnoticedWithANewBoot() throws Exception {
    for (int i = 0; i < 2; i++) {
      balancer.through(TestClient.withCookies());
    }
    assertEquals(2, tracked(), "one on each");
    crash();
    restart(agent.setup().tag("boot", "s1-2"));
    await().atMost(DETECTED).until(() -> !balancer.events("restarted").isEmpty());
    awaitRows("s1 slot1 serving", "s2 slot2 serving");
    assertEquals(1, tracked(), "that of s2 stays");
  }

  @ConcurrentTest
  void findsOutWhoLeftAndWhoDiedWhileTheBalancersAgentWasDown() throws Exception {
    balancer.backend("s4", balancer.app("s4"));
    awaitRows("s1 slot1 serving", "s2 slot2 serving", "s4 slot3 serving");
    var thirdApp = balancer.app("s3");
    var third = balancer.backend("s3", thirdApp);
    awaitRows("s1 slot1 serving", "s2 slot2 serving", "s4 slot3 serving", "s3 slot4 serving");
    balancer.agent().kill();
    crash();
    third.leave();
    thirdApp.close();
    awaitListed(bystander, "s1", "failed");
    awaitRows("s1 slot1 down", "s2 slot2 serving", "s4 slot3 serving", "s3 slot4 down");
    balancer.serf(balancer.agent().setup().join(bystander));
    // of the others its new agent hears at most that they are gone; a leave that only agents heard
    // that have just died is a failure to the others
    var there = List.of("s2 slot2 serving", "s4 slot3 serving");
    await()
        .atMost(DETECTED)
        .until(
            () ->
                balancer.rows().stream().filter(row -> !row.matches(".* (parked|failed)")).toList(),
            there::equals);
  }

  @ConcurrentTest
  void drainsAMemberThatFailedAndWasForcedOutInOneGo() throws Exception {
    agent.kill();
    awaitListed(other, "s1", "failed");
    other.cli("force-leave", "s1");
    awaitRows("s1 slot1 parked", "s2 slot2 serving");
    assertEquals(List.of("s1 drained: left the cluster"), balancer.events("parked"));
    agent = balancer.keep(agent.setup().join(bystander).start());
    awaitRows("s1 slot1 serving", "s2 slot2 serving");
  }

  @ConcurrentTest
  void followsANameToItsNewAddressOnceTheGossipGivesTheOldOneUp() throws Exception {
    crash();
    var there = balancer.keep(new AppServer("s1 moved", "127.0.0.2"));
    RealSerf.Setup moved = balancer.announced("s1", there);
    agent = balancer.keep(moved.start());
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> {
          // the vote over its name goes against it, and it ends; its supervisor starts it again
          if (!agent.isAlive()) {
            agent = balancer.keep(moved.start());
          }
          return balancer.row("s1").get("address").asText().equals("127.0.0.2");
        });
    awaitRows("s1 slot1 serving", "s2 slot2 serving");
  }
}
