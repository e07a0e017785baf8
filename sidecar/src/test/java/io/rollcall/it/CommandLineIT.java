package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rollcall.cli.CommandRun;
import io.rollcall.testing.AppServer;
import io.rollcall.testing.RealSerf;
import io.rollcall.testing.TestClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The command {@code rollcall} against a balancer of real parts. */
class CommandLineIT extends BalancerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Map<String, String> settings = new TreeMap<>();

  @BeforeEach
  void start() throws Exception {
    balancer.startAll();
    settings.put("ROLLCALL_CONF", "../conf");
    settings.put("SIDECAR_HTTP_HOST", "127.0.0.1");
    settings.put("SIDECAR_HTTP_PORT", String.valueOf(balancer.port()));
    settings.put("SIDECAR_HTTP_TOKEN", TestClient.TOKEN);
    settings.put("SIDECAR_SERF_PIPE", balancer.pipeFile().toString());
    settings.put("SIDECAR_SERF_RPC", "127.0.0.1:" + balancer.agent().rpcPort());
    settings.put("SIDECAR_HAPROXY_SOCKET", haproxy.socket());
    settings.put("SIDECAR_HAPROXY_STATEFILE", haproxy.stateFile().toString());
    settings.put("SIDECAR_STATE_DIR", balancer.stateDir().toString());
    var _ = s1Serves();
    var _ = balancer.backend("s2", balancer.app("two"));
    balancer.awaitRows("s1 slot1 serving", "s2 slot2 serving");
  }

  private CommandRun rollcall(String line) {
    return CommandRun.of(settings, line.split(" "));
  }

  @Test
  void drainsAndPutsBackInOneLineEach() throws Exception {
    var _ = rollcall("drain s1 --wait").out(0);
    assertEquals("MAINT", haproxy.status("nodes", "slot1"));
    assertEquals("two", balancer.through());
    assertTrue(rollcall("wait s1 --state serving --timeout 100ms").err(1).contains("s1 is parked"));
    var _ = rollcall("release s1").out(0);
    var _ = rollcall("wait s1 s2 --state serving").out(0);
    assertTrue(haproxy.status("nodes", "slot1").startsWith("UP"));
    assertTrue(rollcall("events").out(0).contains("nodes/s1"));
  }

  @Test
  void waitsInVainForAMemberThatNeverGetsHealthy() throws Exception {
    AppServer sick = balancer.app("three");
    sick.healthy(false);
    var _ = balancer.backend("s3", sick);
    String refusal = rollcall("wait s3 --state serving --timeout 2s").err(1);
    assertTrue(refusal.contains("s3 is "), refusal);
    assertTrue(rollcall("wait s1 s2 --state serving --timeout 0s").out(0).contains("serving"));
  }

  @Test
  void plansFromTheLiveStateAndChangesNothing() throws Exception {
    String before = rollcall("members").out(0);
    Map<String, String> now = actions("plan --json");
    assertEquals(Map.of("slot1", "leave-alone", "slot2", "leave-alone"), now);
    assertEquals("take-out", actions("plan --without s2 --json").get("slot2"));
    assertEquals("leave-alone", actions("plan --without s2 --json").get("slot1"));
    String weight = rollcall("plan --weight s1=7").out(0);
    assertTrue(weight.contains("weight 7"), weight);
    assertTrue(rollcall("plan --without s9").err(1).contains("no member in Serf: s9"));
    assertTrue(rollcall("plan --weight s1=300").err(2).contains("0 to 256"));

    Path other = folder.resolve("other.yaml");
    Files.writeString(other, "pools:\n  - backend: canary\n    match:\n      role: backend\n");
    assertEquals(
        Map.of("slot1", "put-in", "slot2", "put-in"), actions("plan --json --settings " + other));
    assertEquals(before, rollcall("members").out(0));
    assertEquals("MAINT", haproxy.cli("show stat canary 4 -1").contains("UP") ? "UP" : "MAINT");
  }

  private Map<String, String> actions(String line) throws Exception {
    var actions = new TreeMap<String, String>();
    for (JsonNode change : JSON.readTree(rollcall(line).out(0))) {
      actions.put(change.path("server").asText(), change.path("action").asText());
    }
    return actions;
  }

  @Test
  void followsTheEvents() throws Exception {
    var follower =
        new ProcessBuilder(
            System.getProperty("java.home") + "/bin/java",
            "-cp",
            System.getProperty("java.class.path"),
            "io.rollcall.cli.Rollcall",
            "events",
            "--follow",
            "--json");
    follower.environment().putAll(settings);
    Path printed = folder.resolve("events");
    Process process = follower.redirectOutput(printed.toFile()).redirectErrorStream(true).start();
    try {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> Files.readString(printed).contains("\"s2\""));
      var _ = rollcall("drain s2").out(0);
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> Files.readString(printed).contains("\"kind\":\"parked\""));
      List<String> lines = Files.readAllLines(printed);
      assertEquals(lines.size(), lines.stream().distinct().count(), "an event twice");
    } finally {
      process.destroyForcibly().onExit().join();
    }
  }

  @Test
  void asksEveryBalancerThatIsAlive() {
    // a balancer that is alive in Serf and has no sidecar counts as not so
    balancer.keep(
        RealSerf.named("ha2", "127.0.0.2").tag("role", "balancer").join(balancer.agent()).start());
    await().atMost(Duration.ofSeconds(10)).until(() -> rollcall("status").out(0).contains("ha2"));
    var _ = rollcall("wait s1 --state serving --timeout 0s").out(0);
    CommandRun all = rollcall("wait s1 --state serving --all-balancers --timeout 1s");
    assertTrue(all.err(1).contains("ha2: no answer"), all.err());
    assertFalse(all.err().contains("ha: "), all.err());
  }
}
