package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.rollcall.testing.RealSerf;
import io.rollcall.testing.TestClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two pools in one HAProxy, each with its own rule. */
@Tag("image")
class PoolsIT {
  private static final Map<String, String> BACKENDS = Map.of("role", "backend");
  private static final Map<String, String> STABLE = Map.of("role", "backend", "track", "stable");
  private static final Map<String, String> CANARY = Map.of("role", "backend", "track", "canary");
  private static final TestClient STRANGER = new TestClient(0);

  @TempDir Path folder;
  private Balancer balancer;

  @BeforeEach
  void make() {
    balancer = new Balancer(folder);
  }

  @AfterEach
  void end() {
    balancer.close();
  }

  private void pools(Map<String, String> nodes) throws Exception {
    balancer.pools(Map.of("nodes", nodes, "canary", CANARY));
    balancer.startAll();
  }

  private RealSerf.Setup backend(String name, String track) {
    return balancer.announced(name, balancer.app(name)).tag("track", track);
  }

  @CanIgnoreReturnValue
  private RealSerf start(RealSerf.Setup backend) {
    return balancer.keep(backend.start());
  }

  private void awaitRows(String pool, String... rows) {
    await().atMost(Duration.ofSeconds(10)).until(() -> balancer.rows(pool), List.of(rows)::equals);
  }

  private int weight(String pool, String member) throws IOException {
    return balancer.row(pool, member).get("weight").asInt();
  }

  private void order(String method, String path, String body) throws IOException {
    assertEquals(202, balancer.action(method, "pools/" + path, body).statusCode());
  }

  /** How many of 20 requests without a cookie each application answers. */
  private Map<String, Integer> shares() throws IOException {
    var shares = new TreeMap<String, Integer>();
    for (int i = 0; i < 20; i++) {
      shares.merge(balancer.through(STRANGER), 1, Integer::sum);
    }
    return shares;
  }

  @Test
  void movesAMemberWithItsTagFromOnePoolToTheOther() throws Exception {
    pools(STABLE);
    start(backend("s1", "stable"));
    RealSerf s2 = start(backend("s2", "canary"));
    awaitRows("nodes", "s1 slot1 serving");
    awaitRows("canary", "s2 slot1 serving");
    assertEquals(Map.of("s1", 20), shares());
    assertEquals("s2", balancer.through(STRANGER, "x-pool", "canary"));

    s2.cli("tags", "-set", "track=stable");
    awaitRows("canary", "s2 slot1 parked");
    awaitRows("nodes", "s1 slot1 serving", "s2 slot2 serving");
    assertEquals(Map.of("s1", 10, "s2", 10), shares());
    assertEquals(
        List.of("s2 drained: its tags no longer match the pool"), balancer.events("parked"));

    s2.cli("tags", "-set", "track=canary");
    awaitRows("canary", "s2 slot1 serving");
    awaitRows("nodes", "s1 slot1 serving", "s2 slot2 parked");
  }

  @Test
  void hasAMemberInBothPoolsWithAnIntentForEach() throws Exception {
    pools(BACKENDS);
    start(backend("s1", "stable"));
    awaitRows("nodes", "s1 slot1 serving");
    start(backend("s2", "canary"));
    awaitRows("nodes", "s1 slot1 serving", "s2 slot2 serving");
    awaitRows("canary", "s2 slot1 serving");
    order("PUT", "canary/members/s2/weight", "{\"weight\": 7}");
    await().until(() -> weight("canary", "s2") == 7);
    assertEquals(100, weight("nodes", "s2"));
    assertEquals(202, balancer.post("nodes/members/s2/maint").statusCode());
    awaitRows("nodes", "s1 slot1 serving", "s2 slot2 maint");
    awaitRows("canary", "s2 slot1 serving");
    assertEquals("s2", balancer.through(STRANGER, "x-pool", "canary"));
    balancer.stop();
    balancer.haproxy.restart();
    balancer.start();
    awaitRows("nodes", "s1 slot1 serving", "s2 slot2 maint");
    awaitRows("canary", "s2 slot1 serving");
    assertEquals(7, weight("canary", "s2"));
  }

  @Test
  void giveACanaryItsShareByWeightAndSwitchFromBlueToGreen() throws Exception {
    pools(STABLE);
    start(backend("blue", "stable").tag("weight", "19"));
    awaitRows("nodes", "blue slot1 serving");
    var session = TestClient.withCookies();
    assertEquals("blue", balancer.through(session));
    start(backend("green", "stable").tag("weight", "1"));
    awaitRows("nodes", "blue slot1 serving", "green slot2 serving");
    assertEquals(Map.of("blue", 19, "green", 1), shares());

    order("PUT", "nodes/members/green/weight", "{\"weight\": 19}");
    await().until(() -> weight("nodes", "green") == 19);
    assertEquals(Map.of("blue", 10, "green", 10), shares());

    order("PUT", "nodes/members/blue/weight", "{\"weight\": 0}");
    await().until(() -> weight("nodes", "blue") == 0);
    assertEquals(Map.of("green", 20), shares());
    assertEquals("blue", balancer.through(session), "who has a session keeps it");

    order("DELETE", "nodes/members/blue/intent", "");
    await().until(() -> weight("nodes", "blue") == 19);
  }
}
