package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.rollcall.testing.Lab;
import io.rollcall.testing.Load;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * HAProxy, the sidecar and the balancer's Serf agent are killed and come back, one lab for all
 * orders. A person has put s2 into maintenance on the admin socket; s1 and s3 serve.
 */
class RestartOrdersIT {
  private static final Duration IN_SYNC = Duration.ofSeconds(10);
  private static final Map<String, String> PROGRAMS =
      Map.of("ha", "haproxy", "serf", "serf", "sidecar", "java");
  private static final Map<String, String> ALL =
      Map.of("s1", "slot1 serving", "s2", "slot2 serving", "s3", "slot3 serving");
  private static final Map<String, String> WITHOUT_S2 =
      Map.of("s1", "slot1 serving", "s2", "slot2 maint", "s3", "slot3 serving");

  @TempDir static Path folder;
  private static Lab lab;

  private int drift;

  @BeforeAll
  static void startLab() {
    lab = new Lab(folder);
    lab.run("--detach", "--backends", "3");
  }

  @AfterAll
  static void endLab() {
    lab.close();
  }

  @BeforeEach
  void putS2IntoMaintenance() throws Exception {
    lab.awaitMembers(IN_SYNC, ALL);
    lab.admin("set server nodes/slot2 state maint");
    awaitInSync();
    drift = drift();
  }

  @AfterEach
  void liftIt() {
    lab.admin("set server nodes/slot2 state ready");
    lab.awaitMembers(IN_SYNC, ALL);
  }

  @ParameterizedTest
  @CsvSource({
    "ha, sidecar, serf",
    "ha, serf, sidecar",
    "sidecar, ha, serf",
    "sidecar, serf, ha",
    "serf, ha, sidecar",
    "serf, sidecar, ha"
  })
  void allComeBackInThisOrder(String first, String second, String third) throws Exception {
    var order = List.of(first, second, third);
    order.forEach(service -> lab.service("-O", service)); // s6 is not to bring it back by itself
    order.forEach(service -> lab.kill("ha", PROGRAMS.get(service)));
    await().until(() -> PROGRAMS.values().stream().allMatch(p -> lab.pids("ha", p).isEmpty()));

    var loads = new ArrayList<Load>();
    for (String service : order) {
      lab.service("-u", service);
      await().pollInterval(Duration.ofMillis(10)).until(() -> listens(service));
      if (service.equals("ha")) {
        loads.add(new Load(lab.port("HTTP_PORT"), 100, 5));
      }
    }
    awaitInSync();
    Load load = loads.getFirst();
    long answered = load.answered();
    await().until(() -> load.answered() > answered + 20);
    assertEquals(List.of(), load.end().stream().filter(o -> !o.ok()).toList());
    load.close();
    assertEquals(drift, drift());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ha", "sidecar", "serf"})
  void oneComesBackAlone(String service) throws Exception {
    List<Long> before = lab.pids("ha", PROGRAMS.get(service));
    lab.kill("ha", PROGRAMS.get(service));
    await().until(() -> !lab.pids("ha", PROGRAMS.get(service)).equals(before) && listens(service));
    awaitInSync();
    assertEquals(drift, drift());
  }

  private static void awaitInSync() {
    await().atMost(IN_SYNC).pollInterval(Duration.ofMillis(20)).until(RestartOrdersIT::inSync);
  }

  private static boolean inSync() {
    try {
      JsonNode status = lab.status();
      return status.at("/balancer/state").asText().equals("in-sync")
          && lab.members().equals(WITHOUT_S2)
          && status.at("/serf/reachable").asBoolean()
          && status.at("/serf/alive").asInt() == 4
          && status.at("/haproxy/reachable").asBoolean()
          && status.at("/pools/0/members/1/intent").asText().equals("maint (by hand)");
    } catch (IOException _) {
      return false;
    }
  }

  private static int drift() throws IOException {
    return lab.status().at("/pools/0/drift/found").asInt();
  }

  private static boolean listens(String service) {
    String port =
        switch (service) {
          case "ha" -> "HTTP_PORT";
          case "serf" -> "SERF_RPC_PORT";
          default -> "SIDECAR_HTTP_PORT";
        };
    try (var _ = new Socket(InetAddress.getLoopbackAddress(), lab.port(port))) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
