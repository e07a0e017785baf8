package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.rollcall.testing.AppServer;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A pool that is only observed. */
class ObserveIT extends BalancerTest {
  @Test
  void showsWhatItWouldDoAndSendsNothing() throws Exception {
    var _ = haproxy.start();
    haproxy.cli("set server nodes/slot2 addr %s port %d".formatted(app.address(), app.port()));
    haproxy.cli("set server nodes/slot2 state ready");
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> haproxy.status("nodes", "slot2").equals("UP"));
    balancer.serf();
    balancer.observe();
    AppServer other = balancer.app("two");
    var _ = balancer.backend("s1", app);
    var _ = balancer.backend("s2", other);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> balancer.agent().cli("members", "-status=alive").contains("s2"));
    String before = servers();
    String file = Files.readString(haproxy.stateFile());

    balancer.start();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> pool().path("planned").toString().contains("s2"));
    JsonNode pool = pool();
    assertTrue(pool.path("observe").asBoolean());
    assertEquals("s1 slot2 serving", row(pool, "s1"));
    assertEquals("s2 null waiting", row(pool, "s2"));
    assertTrue(pool.at("/members/1/why").asText().contains("only observed"), pool.toString());
    assertEquals(1, pool.path("planned").size(), pool.toString());
    assertEquals("ok", balancer.status().at("/balancer/health").asText());
    assertEquals("in-sync", balancer.state());
    String page = balancer.get("/", "Accept", "text/html").body();
    assertTrue(page.contains("class=\"headline s-observed\""), page);

    // whatever is ordered or happens, HAProxy is as it was
    assertEquals(202, balancer.action("POST", "pools/nodes/members/s1/drain", "").statusCode());
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> pool().path("planned").toString().contains("state drain"));
    assertEquals(before, servers());
    balancer.stop();
    assertEquals(before, servers());
    assertEquals(file, Files.readString(haproxy.stateFile()));
  }

  /** All that HAProxy shows of the servers but for times. */
  private String servers() {
    return haproxy
        .cli("show servers state nodes")
        .lines()
        .map(line -> line.replaceFirst("^((\\S+ ){9})\\S+", "$1"))
        .toList()
        .toString();
  }

  private JsonNode pool() throws Exception {
    return balancer.status().at("/pools/0");
  }

  private static String row(JsonNode pool, String name) {
    for (JsonNode row : pool.path("members")) {
      if (row.path("name").asText().equals(name)) {
        return name + " " + row.path("slot").asText() + " " + row.path("state").asText();
      }
    }
    return "none";
  }
}
