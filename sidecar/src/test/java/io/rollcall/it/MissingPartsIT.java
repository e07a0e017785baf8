package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.testing.RealSerf;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The sidecar where a part is not there, wrong, or goes away: it says so and goes on. */
@Tag("image")
class MissingPartsIT extends BalancerTest {
  @Test
  void goesOnWithoutHaproxyAndStartsWithItWhenItComes() throws Exception {
    balancer.serf();
    balancer.backend("s1", app);
    balancer.start();
    await()
        .until(() ->
            balancer
                .reasons()
                .equals(
                    "[\"admin socket "
                        + haproxy.socket()
                        + ": no such file (expected HAProxy's \\\"stats socket\\\": check haproxy.socket,"
                        + " and whether HAProxy is running)\"]"));
    assertEquals("degraded", balancer.state());
    assertEquals(503, balancer.get("/readyz").statusCode());
    assertEquals(200, balancer.get("/healthz").statusCode());
    haproxy.start();
    balancer.awaitRows("s1 slot1 serving");
    await().until(() -> balancer.state().equals("in-sync"));
    assertEquals(200, balancer.get("/readyz").statusCode());
  }

  @Test
  void doesNotSayWhoServesWhileHaproxyIsGone() throws Exception {
    balancer.startAll();
    s1Serves();
    haproxy.kill();
    await().until(balancer::state, "degraded"::equals);
    assertTrue(balancer.get("/").body().contains("nodes: status unknown (HAProxy unreachable"));
    String why = balancer.row("s1").get("why").asText();
    assertEquals("HAProxy could not be read; before that: check passed", why);
    assertTrue(balancer.row("s1").get("check").isNull());
    assertFalse(balancer.get("/metrics").body().contains("rollcall_member_serving{"));
    haproxy.start();
    balancer.awaitRows("s1 slot1 serving");
    await().until(() -> balancer.get("/metrics").body().contains("rollcall_member_serving{"));
  }

  @Test
  void saysThatThePipeIsAPlainFileAndWorksByTheList() throws Exception {
    Files.delete(balancer.pipeFile());
    Files.writeString(balancer.pipeFile(), "");
    haproxy.start();
    balancer.serf();
    balancer.start();
    s1Serves();
    assertEquals("degraded", balancer.state());
    assertTrue(
        balancer.reasons().contains(balancer.pipeFile() + ": is a regular file (expected a FIFO"),
        balancer.reasons());
    Files.delete(balancer.pipeFile());
    balancer.pipe();
    await().until(() -> balancer.state().equals("in-sync"));
  }

  @Test
  void saysThatTheAgentRefusesTheKeyAndLeavesTheSlotsAlone() throws Exception {
    haproxy.start();
    balancer.serf(RealSerf.named("ha").rpcAuth("right"));
    balancer.authKey("wrong");
    balancer.start();
    await().until(() -> balancer.reasons().contains("Invalid authentication token"));
    assertEquals("degraded", balancer.state());
    assertEquals(2, balancer.status().at("/balancer/reasons").size(), balancer.reasons());
    assertTrue(balancer.reasons().contains("nodes: no members"), balancer.reasons());
  }

  @Test
  void actsOnTheLinesOfThePipeWhereTheAgentWasNeverReached() throws Exception {
    haproxy.start();
    balancer.serf(RealSerf.named("ha").rpcAuth("right"));
    balancer.authKey("wrong");
    balancer.start();
    await().until(() -> balancer.reasons().contains("Invalid authentication token"));
    balancer.write("member-join\ts1\t127.0.0.1\tbackend\tport=" + app.port());
    balancer.awaitRows("s1 slot1 serving");
    assertEquals("degraded", balancer.state());
    balancer.write("member-leave\ts1\t127.0.0.1\tbackend\tport=" + app.port());
    balancer.awaitRows("s1 slot1 parked");
    assertTrue(balancer.reasons().contains("Invalid authentication token"));
  }

  @Test
  void takesNobodyOutWhereThereIsNeitherAgentNorMemory() throws Exception {
    haproxy.start();
    balancer.start();
    balancer.write("member-join\ts1\t127.0.0.1\tbackend\tport=" + app.port());
    balancer.awaitRows("s1 slot1 serving");
    balancer.stop();
    Files.delete(folder.resolve("state/memory.json"));
    balancer.start();
    balancer.awaitRows("127.0.0.1:" + app.port() + " slot1 serving");
    balancer.write("member-join\ts1\t127.0.0.1\tbackend\tport=" + app.port());
    balancer.awaitRows("s1 slot1 serving");
  }

  @Test
  void actsOnTheLinesOfThePipeWhileTheAgentIsGone() throws Exception {
    haproxy.start();
    RealSerf agent = balancer.serf();
    balancer.start();
    s1Serves();
    agent.kill();
    await().until(() -> balancer.reasons().contains("serf RPC"));
    balancer.write("member-leave\ts1\t127.0.0.1\tbackend\tport=" + app.port());
    balancer.awaitRows("s1 slot1 parked");
    assertEquals("degraded", balancer.state());
  }

  @Test
  void keepsServingTheLastListWhileTheAgentIsGone() throws Exception {
    haproxy.start();
    RealSerf agent = balancer.serf();
    balancer.start();
    s1Serves();
    assertEquals("alive", balancer.row("s1").get("gossip").asText());
    agent.kill();
    await().until(() -> balancer.reasons().contains("serf RPC"));
    assertEquals("unknown", balancer.row("s1").get("gossip").asText());
    assertEquals("serving", balancer.row("s1").get("state").asText());
    balancer.stop();
    balancer.start();
    await().until(() -> balancer.reasons().contains("connection refused"));
    assertEquals(List.of("s1 slot1 serving"), balancer.rows());
    assertEquals("one", balancer.through());
  }

  @Test
  void actsOnTheLinesOfThePipeAloneWhereNoRpcIsConfigured() throws Exception {
    haproxy.start();
    balancer.start();
    await().until(() -> balancer.get("/readyz").statusCode() == 200);
    balancer.write("member-join\ts1\t127.0.0.1\tbackend\trole=backend,port=" + app.port());
    balancer.awaitRows("s1 slot1 serving");
    balancer.write("member-leave\ts1\t127.0.0.1\tbackend\trole=backend,port=" + app.port());
    balancer.awaitRows("s1 slot1 parked");
    balancer.write("nonsense");
    await().until(() -> balancer.status().at("/events").toString().contains("\"pipe\""));
    balancer.write("member-join\ts1\t127.0.0.1\tbackend\trole=backend,port=" + app.port());
    balancer.awaitRows("s1 slot1 serving");
  }
}
