package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.testing.RealSerf;
import io.rollcall.testing.TestClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The sidecar between a real HAProxy, real Serf agents and a real FIFO, each part restarted or
 * damaged.
 */
@Tag("image")
class SidecarIT extends BalancerTest {
  @BeforeEach
  void start() throws Exception {
    balancer.startAll();
  }

  @Test
  void bringsAMemberInServesItAndTakesItOutWhenItLeaves() throws Exception {
    RealSerf s1 = s1Serves();
    assertEquals("one", balancer.through());
    await().until(balancer::state, "in-sync"::equals);
    s1.leave();
    balancer.awaitRows("s1 slot1 parked");
  }

  @Test
  void takesAMemberInOnlyOnceItsApplicationIsHealthy() throws Exception {
    app.healthy(false);
    balancer.backend("s1", app);
    balancer.awaitRows("s1 slot1 joining");
    assertEquals("converging", balancer.state());
    app.healthy(true);
    balancer.awaitRows("s1 slot1 serving");
  }

  @Test
  void carriesAHostileNameAsTextOnly() throws Exception {
    String name = "x;disable server nodes\\slot1 <script>alert(1)</script>";
    balancer.backend(name, app);
    balancer.awaitRows(name + " slot1 serving");
    assertEquals("one", balancer.through());
  }

  @Test
  void keepsEverySlotOverItsOwnRestartWithoutTouchingHaproxy() throws Exception {
    s1Serves();
    var other = balancer.app("two");
    balancer.backend("s0", other);
    balancer.awaitRows("s1 slot1 serving", "s0 slot2 serving");
    String before = slots();
    balancer.stop();
    balancer.start();
    balancer.awaitRows("s1 slot1 serving", "s0 slot2 serving");
    assertEquals(before, slots());
  }

  @Test
  void findsItsMembersAgainWhenItsMemoryIsDamaged() throws Exception {
    s1Serves();
    balancer.stop();
    Path memory = folder.resolve("state/memory.json");
    Files.writeString(memory, Files.readString(memory).substring(0, 40));
    String before = slots();
    balancer.start();
    balancer.awaitRows("s1 slot1 serving");
    assertEquals(before, slots());
    assertTrue(Files.exists(folder.resolve("state/memory.json.damaged")));
  }

  @Test
  void bringsEverybodyBackIntoTheirSlotsAfterHaproxyIsKilled() throws Exception {
    s1Serves();
    haproxy.restart();
    balancer.awaitRows("s1 slot1 serving");
    await().until(() -> balancer.status().at("/haproxy/restartsSeen").asInt() == 1);
    await().until(() -> balancer.state().equals("in-sync"));
    assertEquals("one", balancer.through());
  }

  @Test
  void programsAHaproxyThatComesBackWithoutAnyState() throws Exception {
    s1Serves();
    haproxy.kill();
    Files.writeString(haproxy.stateFile(), "1\n");
    haproxy.start();
    balancer.awaitRows("s1 slot1 serving");
    await().until(() -> balancer.through().equals("one"));
    assertEquals(0, balancer.status().at("/pools/0/drift/found").asInt());
  }

  @Test
  void followsAReloadByAPersonToTheNewProcess() throws Exception {
    s1Serves();
    haproxy.reload();
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> balancer.status().at("/haproxy/pid").asLong() == haproxy.pid());
    balancer.awaitRows("s1 slot1 serving");
    assertEquals("one", balancer.through());
  }

  @Test
  void obeysAnOperatorAlsoAfterItsOwnRestart() throws Exception {
    s1Serves();
    assertEquals(202, balancer.post("nodes/members/s1/maint").statusCode());
    balancer.awaitRows("s1 slot1 maint");
    balancer.stop();
    balancer.start();
    balancer.awaitRows("s1 slot1 maint");
    assertEquals("maint (token)", balancer.row("s1").get("intent").asText());
    assertEquals(202, balancer.post("nodes/members/s1/ready").statusCode());
    balancer.awaitRows("s1 slot1 serving");
    assertEquals(404, balancer.post("nodes/members/nobody/drain").statusCode());
    assertEquals(404, balancer.post("other/release-hold").statusCode());
  }

  @Test
  void tellsWhichSessionsAMemberLosesThatIsTakenOutAtOnce() throws Exception {
    s1Serves();
    balancer.through(TestClient.withCookies(), "Cookie", "NODESESSID=one");
    assertEquals(202, balancer.post("nodes/members/s1/maint").statusCode());
    balancer.awaitRows("s1 slot1 maint");
    assertEquals(
        List.of("s1 1 tracked sessions: 0 moved to other members, 1 lost"),
        balancer.events("sessions"));
  }

  @Test
  void makesAStateDirAgainThatSomebodyRemoved() throws Exception {
    s1Serves();
    remove(balancer.stateDir());
    assertEquals(202, balancer.post("nodes/members/s1/maint").statusCode());
    balancer.stop();
    balancer.start();
    balancer.awaitRows("s1 slot1 maint");
  }

  @Test
  void saysOfAnOrderThatItCouldNotBeSaved() throws Exception {
    s1Serves();
    // the sidecar may make its directory again between the two
    await()
        .ignoreExceptions()
        .until(() -> {
          remove(balancer.stateDir());
          Files.writeString(balancer.stateDir(), "a file where the directory was");
          return true;
        });
    var answer = balancer.post("nodes/members/s1/maint");
    assertEquals(503, answer.statusCode());
    assertTrue(answer.body().contains("applied, but not persisted: can't write"), answer.body());
    balancer.awaitRows("s1 slot1 maint");
    assertEquals("degraded", balancer.state());
  }

  /** Removes the folder in one step: the sidecar may write a file into it at any moment. */
  private void remove(Path folder) throws IOException {
    Path removed = Files.move(folder, folder.resolveSibling("removed"));
    try (var files = Files.walk(removed)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void answersWhetherAMemberIsDrained() throws Exception {
    s1Serves();
    assertTrue(ask("s1\ts1-1").contains("draining 0 0"), "it serves");
    assertTrue(ask("nobody\tb").contains(": drained"), "it has no slot");
    assertTrue(ask("s1\ts1-0").contains(": drained"), "the slot is that of another run");
  }

  private String ask(String payload) {
    return balancer.agent().cli("query", "-timeout=300ms", "rollcall-drained", payload);
  }

  private String slots() {
    // name, address, states, weight and port: what a plan can change, and no check does
    return haproxy
        .cli("show servers state nodes")
        .lines()
        .map(line -> line.split(" "))
        .filter(row -> row.length == 25)
        .map(row -> String.join(" ", row[3], row[4], row[5], row[6], row[7], row[18]))
        .reduce("", (one, two) -> one + "\n" + two);
  }
}
