package io.rollcall.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.testing.ConcurrentTest;
import io.rollcall.testing.RealSerf;
import io.rollcall.testing.TestClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two balancers in one gossip, {@code ha} and {@code ha2}, each with its own sidecar. */
class TwoBalancersIT {
  @TempDir Path folder;
  private Balancer ha;
  private Balancer ha2;

  @BeforeEach
  void start() throws Exception {
    ha = new Balancer(Files.createDirectory(folder.resolve("ha")));
    ha2 = new Balancer(Files.createDirectory(folder.resolve("ha2")));
    var _ = ha.haproxy.start();
    var _ = ha2.haproxy.start();
    ha.serf(agent("ha"));
    ha.start();
  }

  @AfterEach
  void end() {
    ha2.close();
    ha.close();
  }

  /** The profile for one machine sends a new tag to two others only, which is not everybody. */
  private static RealSerf.Setup agent(String name) {
    return RealSerf.named(name).with("-profile=lan");
  }

  private RealSerf.Setup joining(String name) {
    return agent(name).join(ha.agent());
  }

  private void bothStart() throws Exception {
    ha2.serf(joining("ha2"));
    ha2.start();
    bothAgree();
  }

  private void bothAgree() {
    ha.awaitFleet("ha2 alive true");
    ha2.awaitFleet("ha alive true");
  }

  @ConcurrentTest
  void leaveASessionWhereItIsWhicheverOfThemServesIt() throws Exception {
    ha.backend("z", ha.app("z"));
    ha.awaitRows("z slot1 serving");
    ha.backend("a", ha.app("a"));
    ha.awaitRows("z slot1 serving", "a slot2 serving");
    bothStart();
    ha2.awaitRows("a slot1 serving", "z slot2 serving");
    for (Balancer first : List.of(ha, ha2, ha, ha2)) {
      var jar = TestClient.withCookies();
      String at = first.through(jar);
      for (int i = 0; i < 5; i++) {
        assertEquals(at, ha.through(jar));
        assertEquals(at, ha2.through(jar));
      }
    }
    assertEquals(List.of("in-sync", "in-sync"), List.of(ha.state(), ha2.state()));
    assertTrue(ha.agent().cli("members", "-tag", "view=.*").contains("role=balancer"));
  }

  @ConcurrentTest
  void tellEachOtherNothingNewOnceTheyAgree() throws Exception {
    bothStart();
    ha.backend("s1", ha.app("one"));
    ha.awaitRows("s1 slot1 serving");
    ha2.awaitRows("s1 slot1 serving");
    await().until(() -> views(ha.agent()).equals(views(ha2.agent())));
    bothAgree();
    String views = views(ha.agent());
    long told = told();
    long id = ha.status().at("/events/0/id").asLong();
    await().during(Duration.ofSeconds(4)).until(() -> told() == told);
    assertEquals(views, views(ha.agent()));
    assertEquals(id, ha.status().at("/events/0/id").asLong());
    assertTrue(told <= 8, "for the start and one member, that two agents tell of two: " + told);
  }

  /** How often the agents heard that somebody's tags are others. */
  private long told() {
    return Stream.of(ha, ha2)
        .flatMap(balancer -> balancer.agent().output().lines())
        .filter(line -> line.contains("EventMemberUpdate"))
        .count();
  }

  private static String views(RealSerf agent) {
    return agent
        .cli("members", "-tag", "role=balancer")
        .lines()
        .map(line -> line.replaceFirst(".*view=([0-9a-f]*).*", "$1"))
        .distinct()
        .toList()
        .toString();
  }

  @ConcurrentTest
  void showThatOneSeesOtherMembersUntilItSeesThemToo() throws Exception {
    ha.backend("s1", ha.app("one"));
    bothStart();
    ha2.stop();
    ha.backend("s2", ha.app("two"));
    ha.awaitFleet("ha2 alive false");
    assertTrue(ha.get("/").body().contains("no\n"), ha.get("/").body());
    ha2.start();
    bothAgree();
  }

  @ConcurrentTest
  void areBothWaitedForByABackendThatEnds() throws Exception {
    RealSerf s1 = ha.backend("s1", ha.app("one"));
    bothStart();
    ha.awaitRows("s1 slot1 serving");
    ha2.awaitRows("s1 slot1 serving");
    assertEquals("", drain(s1));
    assertEquals(List.of("s1 slot1 parked"), ha.rows());
    assertEquals(List.of("s1 slot1 parked"), ha2.rows());
    ha2.stop();
    assertEquals(
        "rollcall-backend: drain: timed out after 5000 ms: not all balancers answered 'drained'",
        drain(s1));
  }

  /** As the web application does before it ends. */
  private String drain(RealSerf agent) throws Exception {
    String identity = agent.name() + "\t" + agent.name() + "-1\n";
    Path file = Files.writeString(folder.resolve("identity"), identity);
    var script =
        new ProcessBuilder("sh", "../backend/rollcall-backend", "drain", "--deadline", "5s")
            .redirectErrorStream(true);
    script
        .environment()
        .putAll(
            Map.of(
                "SERF_RPC_ADDR",
                agent.ip() + ":" + agent.rpcPort(),
                "ROLLCALL_IDENTITY",
                file.toString()));
    var said = new String(script.start().getInputStream().readAllBytes(), UTF_8);
    return said.lines()
        .filter(line -> line.startsWith("rollcall-backend:"))
        .collect(Collectors.joining());
  }

  @ConcurrentTest
  void listenToNoHostileView() throws Exception {
    ha.backend("s1", ha.app("one"));
    bothStart();
    ha.awaitRows("s1 slot1 serving");
    String hostile = "<script>;disable server nodes/slot1";
    ha.keep(joining("ha3").tag("role", "balancer").tag("view", hostile).start());
    ha.awaitFleet("ha2 alive true", "ha3 alive false");
    ha2.awaitFleet("ha alive true", "ha3 alive false");
    assertEquals(List.of("s1 slot1 serving"), ha.rows());
    assertEquals("in-sync", ha.state());
  }

  @ConcurrentTest
  void doNotKnowOfADeadAgentAndAgreeAgainOnceItIsBack() throws Exception {
    ha.backend("s1", ha.app("one"));
    bothStart();
    RealSerf dead = ha2.agent();
    dead.kill();
    await().until(() -> ha2.fleet().getFirst().endsWith(" null"));
    ha.awaitFleet("ha2 failed null");
    ha2.keep(dead.setup().join(ha.agent()).start());
    bothAgree();
    assertNotEquals("degraded", ha2.state());
  }

  @ConcurrentTest
  void goOnWhereAnAgentHasNoRoomForTheTag() throws Exception {
    ha.backend("s1", ha.app("one"));
    ha2.serf(joining("ha2").tag("note", "x".repeat(480)));
    ha2.start();
    ha2.awaitRows("s1 slot1 serving");
    ha2.awaitFleet("ha alive true");
    assertEquals(List.of("ha2 alive null"), ha.fleet());
    await().until(ha2::state, "in-sync"::equals);
  }
}
